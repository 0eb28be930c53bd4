"""How TAXII 2.1 speaks: media types, filters, cursors, answers. Pure: text goes in, values come out."""
