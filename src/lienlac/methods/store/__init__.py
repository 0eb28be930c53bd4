"""The tables of methods: a line for each record, its versions, and what was sent of it."""
