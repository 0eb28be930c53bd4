"""A request and its answers on paper, and everything of one request as one package for legal assistance."""
