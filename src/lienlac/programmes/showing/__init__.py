"""Programmes as people read them: board, calendar, figures with what they are made of, the quarter's report."""
