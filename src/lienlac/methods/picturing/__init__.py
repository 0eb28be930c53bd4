"""Records of methods as a picture of many needs them."""
