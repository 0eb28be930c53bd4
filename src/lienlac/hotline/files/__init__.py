"""Files of a request: sent along with a message, shown with their journey, handed out to who may see the request."""
