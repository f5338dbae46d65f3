"""People and offices refer."""
