"""Signing in: by a one-time link from a terminal, or at the provider of OpenID Connect."""
