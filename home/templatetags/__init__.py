"""What templates of the front door may ask for."""
