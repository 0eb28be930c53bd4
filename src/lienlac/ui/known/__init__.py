"""Known elsewhere: which other things name the same identifiers, on pages and for programs."""
