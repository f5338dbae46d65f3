"""What one asks of delivery by name."""
