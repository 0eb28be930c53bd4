"""The tables of feeds, and the only SQL on them."""
