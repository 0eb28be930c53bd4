"""Taking objects in: checked first, then stored in one transaction, a thousand as cheaply as one."""
