"""Tests of asking addresses whether they are there."""
