"""Records of several authorities as programs see them."""
