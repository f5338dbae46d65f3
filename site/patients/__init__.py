"""Whom we care for and write to, and what they agreed to."""
