"""What a partner has an older version of, because the newer one stays here: looked at again, and told to officers."""
