"""Certificates with which programs name themselves instead of saying a token's secret."""
