"""The offices that send us patients, and their people."""
