"""One question, its answers, and what they are about."""
