"""What the journal says of a case."""

from __future__ import annotations

from journal.models import Entry
from referral_portal.cases.models import Case


def verbs(case: Case) -> list[str]:
    """Return the verbs of its changes, in their order."""
    entries = Entry.objects.of(f"case:{case.ref}").changes()
    return [entry.verb for entry in sorted(entries, key=lambda entry: (entry.particulars.get("version", 0), entry.pk))]
