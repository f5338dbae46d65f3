"""The demo: persons to switch, the outbox, the seeded story."""
