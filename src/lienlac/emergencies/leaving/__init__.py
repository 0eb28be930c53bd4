"""How messages of channels leave: at once, or once a second officer has looked at them."""
