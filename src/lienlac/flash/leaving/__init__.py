"""How messages about warnings leave: at once, or once a second officer has looked at them."""
