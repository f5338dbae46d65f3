"""The benchmark: what was promised in figures, measured on a real server; each measure is one JSON line."""
