"""Template tags of who we are."""
