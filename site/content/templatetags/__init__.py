"""Template tags of what editors write."""
