"""A patient tells a friend."""
