"""Files taken in through the browser: kept sealed, looked at, then taken object by object."""
