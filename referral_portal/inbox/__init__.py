"""The practice's side of cases and referrals, inside the Wagtail admin."""
