"""Indicators: figures computed from requests, never typed in.

Theory of operation
-------------------
Each request that was received is one row (`records.measured.Measured`), written in the transaction that changed the
request. Rows of one month, one direction between two authorities, one kind of request and one kind of crime make a
*cell*: sums, and the sorted times of each measure. A change marks its cell as stale; the watch counts stale cells
anew from their rows, so a cell is never the sum of changes that could be lost or come twice. What is asked for is made
of cells: sums are added, times are put in order kind by kind, and the percentiles of all kinds are found by halving
among these, exactly. What was made of a quarter is kept by each process, with how often the months of that quarter had
been counted (`indicator_month`); so only quarters are made again in which something has changed.

Requests from before there were indicators are read once, in stretches, by the watch; so are all of them when the rules
change (`store.RULES`). While that goes on, whoever asks is told so.
"""
