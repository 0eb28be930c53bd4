"""Cases that go on in others, and cases that come of others."""
