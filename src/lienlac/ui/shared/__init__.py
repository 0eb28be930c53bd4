"""The screens and doors of shared records, whatever their subject (a floor above `ui` and `records`).

A subject declares `sheet.Sheet`s for its words and a `sheet.Subject`; from these come the list, the forms, the room of
a record, its elements with every side's column, members, discussion, history, private notes, and the same for programs.
What only one subject has (a graph, a calendar, minutes) it adds itself, as further tabs and panels.
"""
