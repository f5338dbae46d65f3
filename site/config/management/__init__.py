"""Commands that see every floor."""
