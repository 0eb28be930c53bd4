"""An officer's own pages: sign in, sign out, language, account."""
