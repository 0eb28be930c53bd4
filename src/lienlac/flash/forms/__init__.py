"""The forms of a warning: read from a page, a program or a file, checked whole, ready to be sent."""
