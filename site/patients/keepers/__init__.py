"""What this room keeps of a patient, and what the rooms below it do: they know no patient."""

from patients.keepers import account, care, imported, ledger, person, promises

__all__ = ["account", "care", "imported", "ledger", "person", "promises"]
