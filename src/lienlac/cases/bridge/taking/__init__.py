"""From other things into cases."""
