"""The tables of duty, one file for each noun; the only SQL on them. They decide nothing."""
