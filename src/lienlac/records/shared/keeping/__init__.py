"""Keeps facts, whoever stated them, and lets ours go to members: what desk, arrivals and watch have in common."""
