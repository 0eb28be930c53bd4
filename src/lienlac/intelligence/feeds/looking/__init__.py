"""What a TAXII server offers, looked up before a feed is made."""
