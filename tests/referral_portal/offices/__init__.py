"""Tests of the offices and their people."""
