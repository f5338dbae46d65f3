"""Tests of the one door through which any message leaves."""
