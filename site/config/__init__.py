"""Wiring: settings, environment, URLs, the worker and the commands that see every floor."""
