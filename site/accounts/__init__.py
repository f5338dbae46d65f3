"""Who signs in, with which role, and through which door."""
