"""What carries notices out of the house: one file for each way, and the rounds that decide whose turn it is."""
