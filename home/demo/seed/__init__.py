"""The demo's practice, written relative to today from one fixed seed."""
