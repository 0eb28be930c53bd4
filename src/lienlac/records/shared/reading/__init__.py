"""What officers are shown of shared records."""
