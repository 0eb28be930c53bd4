"""What officers keep under a name to look so again: filters of the inbox, searches of intelligence."""
