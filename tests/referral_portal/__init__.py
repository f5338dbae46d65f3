"""Tests of the referral portal."""
