"""The roster: shifts, what follows from them, and the files they come from and go to."""
