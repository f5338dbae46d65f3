"""Who we are: the practice, its locations, hours, people and services."""
