"""What subjects that are made of messages share: facts and their tables, forms, need-to-know. Knows no subject."""
