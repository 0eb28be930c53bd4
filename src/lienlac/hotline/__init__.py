"""The hotline: one duty desk asks the other to freeze a payment or to preserve data, with clocks on both sides."""
