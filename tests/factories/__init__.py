"""Factories of the cast and of everything they touch."""
