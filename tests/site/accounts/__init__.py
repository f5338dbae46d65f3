"""Tests of accounts: doors, sessions, factors, roles."""
