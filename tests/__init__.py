"""Tests mirror the tree; whole stories are in journeys/."""
