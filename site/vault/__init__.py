"""Secrets and names: field encryption, public references and signed tokens."""
