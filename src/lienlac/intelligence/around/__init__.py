"""What stands around an object: how it hangs together with others, paths between two, what changed in it."""
