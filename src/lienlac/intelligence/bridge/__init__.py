"""What other slices ask of intelligence."""
