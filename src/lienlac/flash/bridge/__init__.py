"""The warnings as other slices need them: names and shapes are their own."""
