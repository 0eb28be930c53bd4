"""The duty inbox: what one line of it says, and the tables that answer its questions quickly."""
