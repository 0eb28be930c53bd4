"""Intelligence: objects in all their versions, collections with rights, quarantine, and the doors to them."""
