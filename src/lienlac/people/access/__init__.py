"""Need-to-know: which units and officers may know of a request (later: a case), who holds it, and the SQL that asks."""
