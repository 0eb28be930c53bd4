"""How what is shared leaves: looked at, shown, decided on by one officer or by two."""
