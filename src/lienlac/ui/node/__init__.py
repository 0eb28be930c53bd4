"""This node's settings and identity, to be looked at: they are changed in its file, by whoever runs the machine."""
