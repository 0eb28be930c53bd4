"""Shared records: one record of several authorities, the fold of what each of them has stated (clauses 20.x).

Theory of operation
-------------------
A record is made of elements (an entity, a task, a remark, a member…). Of each element every author has a column of its
own: a row of versions, of which the highest holds. An author writes into its own column only, so nothing is ever
decided between two sides, and copies that hold the same facts are the same record, in whatever order these came.

What an author states is kept first. For each other member it then has a way: due, held for a second officer, sent,
taken, refused. A member gets facts only as long as it takes part, only those whose audience it belongs to, and only
under an agreement in force whose ceiling covers their marks. Who may not see a fact never receives it. Facts that are
due go together: one at once, thousands in few messages when a member was away or has just joined.

A subject (cases, programmes…) declares its words and what they look like in a list (`shape.Shape`), and has a
`desk.Shared` for its acts. Private notes are kept in `private`, which knows no way out.
"""
