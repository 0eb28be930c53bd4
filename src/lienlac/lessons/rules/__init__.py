"""What holds of a lesson whoever acts: what may not stand in it, what a review is of, how use is counted. Pure."""
