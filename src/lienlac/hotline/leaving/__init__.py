"""How a message leaves: redacted, shown before, put before a second officer where the agreement asks for one."""
