"""Files at the people's door: put in as they stream, handed out as downloads and never shown inside a page."""
