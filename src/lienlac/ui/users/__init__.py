"""The administrator's pages: who has an account on this node, and with which role."""
