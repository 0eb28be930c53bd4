"""What a second officer approved leaves; what came back is gone on from."""
