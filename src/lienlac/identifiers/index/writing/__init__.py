"""The index as slices write it."""
