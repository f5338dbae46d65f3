"""The catalogs of translations."""
