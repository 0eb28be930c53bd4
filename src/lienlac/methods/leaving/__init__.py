"""How a record leaves for a partner: at once, or once a second officer has looked at it."""
