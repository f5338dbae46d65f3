"""Whole stories, in the users' words, through a real browser."""
