"""Forms: what an officer or a file says, checked whole and turned into message bodies. Pure."""
