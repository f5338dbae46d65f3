"""Tests of the cases that offices send."""
