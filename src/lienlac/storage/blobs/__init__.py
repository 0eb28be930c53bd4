"""Files of any size, sealed on the disk: written as they come, read as they are asked for, never in memory whole."""
