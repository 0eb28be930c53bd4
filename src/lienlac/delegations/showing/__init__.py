"""Delegations in other forms: calendars, the paper of the minutes, words for second officers. Pure."""
