"""An office sends a patient."""
