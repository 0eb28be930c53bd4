"""Where each identifier is mentioned, by any slice: written in its own transaction, asked within one's rights."""
