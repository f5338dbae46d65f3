"""Files from another system, brought in: read, understood, compared with what stands, saved, and taken back."""
