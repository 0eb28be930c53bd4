"""What other slices ask of channels; the assembly hands it over."""
