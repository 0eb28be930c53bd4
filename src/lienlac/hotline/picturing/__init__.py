"""Requests as a picture of many needs them."""
