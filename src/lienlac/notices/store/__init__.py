"""The tables of notices: `channels` to people, and the `queue`."""
