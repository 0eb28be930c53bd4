"""The outer doors for others than partners: TLS that lets in who is bound."""
