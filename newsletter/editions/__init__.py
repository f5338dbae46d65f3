"""What is written: tips and editions of the newsletter."""
