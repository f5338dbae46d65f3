"""What follows for the ledger when somebody dies, and when that was a slip of the finger."""

from __future__ import annotations

from datetime import timedelta

from delivery import hints, ledger
from journal.models import Entry
from journal.reacting import on
from patients.models import Patient, Reader

SLIP = timedelta(hours=1)


@on("patient.deceased")
def leave_out_what_is_queued(entry: Entry) -> None:
    """Show at once that what was queued does not go; whoever is living again meanwhile keeps it."""
    if (reader := _reader(entry, deceased=True)) is not None:
        ledger.leave_out(reader)


@on("patient.deceased", after=SLIP)
def forget_what_was_left_out(entry: Entry) -> None:
    """Forget the words of what nobody can take back any more."""
    if (reader := _reader(entry, deceased=True)) is not None:
        ledger.forget_left_out(reader)


@on("patient.living")
def put_back_what_was_left_out(entry: Entry) -> None:
    """Let what was left out within the last hour wait again; what is older may not be true any more."""
    if (reader := _reader(entry, deceased=False)) is not None and ledger.put_back(reader, since=entry.at - SLIP):
        hints.work_waits()


def _reader(entry: Entry, *, deceased: bool) -> Reader | None:
    """Return the reader of the patient that an entry names, where it still stands as it says."""
    ref = entry.subject.partition(":")[2]
    patient = Patient.objects.select_related("reader").filter(ref=ref).first()
    if patient is None or (patient.status == Patient.Status.DECEASED) != deceased:
        return None
    return patient.reader
