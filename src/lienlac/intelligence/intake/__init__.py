"""Taking reports in: text or a file goes in, identifiers are proposed, an officer confirms, objects are made."""
