"""The catalogs of translations: what is in their scope, found in the sources, kept in .po and .mo, and checked."""
