"""The numbers of records that were erased here, so that no file brings them back."""

from __future__ import annotations

from collections.abc import Iterable

from patients.models import ImportBarred
from vault.keys import keyed_hash, lasting_id


def barred_hash(number: str) -> str:
    """Return the hash under which the number of an erased record is remembered."""
    return keyed_hash("import.barred", number, lasting_id())


def barred(numbers: Iterable[str]) -> set[str]:
    """Return which of these numbers belonged to records that were erased here."""
    if not ImportBarred.objects.exists():
        return set()
    hashes = {barred_hash(number): number for number in numbers}
    found = ImportBarred.objects.filter(number_hash__in=hashes).values_list("number_hash", flat=True)
    return {hashes[digest] for digest in found}
