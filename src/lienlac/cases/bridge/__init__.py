"""What other subjects ask of cases; the assembly hands it over."""
