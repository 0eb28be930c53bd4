"""The forms of a channel: read from a page, a program or a file, checked whole, ready to be sent."""
