"""Units: the offices that officers belong to, who heads them, and what auditors are confined to."""
