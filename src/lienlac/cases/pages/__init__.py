"""Screens of cases that only cases have, and what is called how on all of them."""
