"""What an officer proves themselves with besides a password: codes from a telephone, passkeys, recovery codes."""
