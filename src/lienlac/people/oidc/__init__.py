"""Signing in through an authority's own service (OpenID Connect): bound on issuer and subject, never on an address."""
