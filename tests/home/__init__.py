"""The front door: pages, frame, search, figures, and where each person belongs."""
