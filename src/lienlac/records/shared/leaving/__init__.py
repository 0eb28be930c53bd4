"""What leaves for members: at once, or after a second officer has looked."""
