"""The tables of emergencies: facts, which are the truth; a line for each channel; requests that belong to one."""
