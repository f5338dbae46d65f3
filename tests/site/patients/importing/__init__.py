"""Tests of files from another system."""
