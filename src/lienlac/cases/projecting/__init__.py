"""The slice's own tables follow the facts."""
