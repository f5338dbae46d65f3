"""A file as its screen shows it: figures, refused rows, questions, columns, in the words of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.importing.fields import Field, custom_attributes, fields_of
from patients.importing.mapping import Columns
from patients.importing.refusals import said
from patients.importing.saving import GROUPS
from patients.importing.telling import column_of
from patients.models import ImportBatch, ImportFinding, ImportMapping

SHOWN = 50
ASKED = 200
WHY: dict[str, str | Promise] = {
    "same_all": gettext_lazy("Same name, birth date and address"),
    "same_birth_and_name": gettext_lazy("Same name and birth date"),
    "same_birth_and_contact": gettext_lazy("Same birth date and phone or e-mail; the first name may be a nickname"),
    "same_name_and_contact": gettext_lazy("Same name and phone or e-mail; one of the two has no birth date"),
    "same_street": gettext_lazy("Same name and street; one of the two has no birth date"),
    "other_birth": gettext_lazy("Same phone or e-mail, other birth date: a relative?"),
}
UNKNOWN: dict[str, str | Promise] = {
    "locations": gettext_lazy("Rows that name a location we do not have, which is left out: %(n)s"),
    "providers": gettext_lazy("Rows that name a provider we do not have, who is left out: %(n)s"),
    "services": gettext_lazy("Rows that name a service we do not have, which is left out: %(n)s"),
}


@dataclass(frozen=True)
class RefusedRow:
    """One line of the table of refused rows; `asks` is the field whose dates can be decided here."""

    number: int
    column: str
    why: str
    mend: str = ""
    asks: str = ""


@dataclass(frozen=True)
class Column:
    """One column: its header, the field that it is read as, and whether its dates can be read in two ways."""

    place: int
    header: str
    field: str
    label: str | Promise
    is_open: bool = False
    asks: str = ""
    order: str = ""


def columns(batch: ImportBatch, *, all_open: bool = False) -> list[Column]:
    """Return every column with a header: those that nothing recognized, or all of them, can be chosen."""
    fields = fields_of(batch.kind, custom_attributes())
    found = []
    for place, header in enumerate(batch.columns):
        name = batch.mapping.get(str(place), "")
        field = fields.get(name)
        if not header:
            continue
        asks = name if name in batch.asks or name in batch.orders else ""
        found.append(
            Column(
                place,
                header,
                name,
                field.label if field else "",
                all_open or field is None,
                asks,
                batch.orders.get(name, ""),
            )
        )
    return found


def choices(batch: ImportBatch) -> list[tuple[str, str | Promise]]:
    """Return what a column can be read as."""
    fields = fields_of(batch.kind, custom_attributes())
    return [("", _("Leave out")), *((name, one.label) for name, one in fields.items())]


def refused_rows(batch: ImportBatch) -> list[RefusedRow]:
    """Return the first refused rows; a column whose dates must be decided asks once."""
    fields = fields_of(batch.kind, custom_attributes())
    asked: set[str] = set()
    found = []
    for finding in batch.findings.order_by("row")[:SHOWN]:
        asks = finding.field if finding.code == "two_ways" and finding.field not in asked else ""
        asked.add(finding.field if asks else "")
        column = column_of(finding, batch, fields)
        found.append(RefusedRow(finding.row, column, said(finding.code, finding.facts), _mend(finding, asked), asks))
    return found


def _mend(finding: ImportFinding, asked: set[str]) -> str:
    if finding.code == "twice":
        return _("Keep row %(also)s") % {"also": finding.facts["also"]}
    if finding.code == "two_ways" and finding.field in asked:
        return _("As decided above")
    return _("Leave it out")


def questions(batch: ImportBatch) -> list[dict[str, Any]]:
    """Return the rows that may be somebody whom we have."""
    rows = batch.questions.select_related("patient__reader").order_by("row")[:ASKED]
    return [
        {
            "row": one.row,
            "name": str(one.patient.reader),
            "ref": one.patient.ref,
            "why": WHY[one.why],
            "answer": one.answer,
        }
        for one in rows
    ]


def figures(batch: ImportBatch) -> dict[str, Any]:
    """Return the figures of the head: good rows and those that need a look, what changed, what it means for letters."""
    good = sum(batch.count(name) for name in ("new", "changed", "same"))
    need = batch.count("refused") + batch.count("questions")
    return {
        "good": good,
        "need": need,
        "to_import": good + batch.count("questions"),
        "new": batch.count("new"),
        "changed": batch.count("changed"),
        "same": batch.count("same"),
        "refused": batch.count("refused"),
        "asked": batch.count("questions"),
        "what": what_changed(batch.what),
        "letters": _letters(batch),
        "unknown": [str(UNKNOWN[name]) % {"n": n} for name, n in batch.counts.get("unknown", {}).items() if n],
        "deceased": batch.count("deceased"),
        "restored": batch.count("restored"),
        "kept": batch.count("kept"),
        "share": round(100 * batch.cursor / max(1, batch.blocks)),
    }


def what_changed(what: dict[str, int]) -> str:
    """Return "31 phones, 9 addresses, 7 other"."""
    found = [_changed(name, what[name]) % {"n": what[name]} for name in GROUPS if what.get(name)]
    return ", ".join(found)


def _changed(group: str, n: int) -> str:
    match group:
        case "phones":
            return ngettext("%(n)s phone", "%(n)s phones", n)
        case "emails":
            return ngettext("%(n)s e-mail", "%(n)s e-mails", n)
        case "addresses":
            return ngettext("%(n)s address", "%(n)s addresses", n)
        case "names":
            return ngettext("%(n)s name", "%(n)s names", n)
        case "consent":
            return ngettext("%(n)s consent", "%(n)s consents", n)
        case "status":
            return ngettext("%(n)s status", "%(n)s statuses", n)
    return _("%(n)s other")


def _letters(batch: ImportBatch) -> str:
    withdrawn = batch.count("withdrawn")
    if not withdrawn:
        return ""
    return ngettext("%(n)s withdrew consent.", "%(n)s withdrew consent.", withdrawn) % {"n": withdrawn}


def last_time(batch: ImportBatch) -> ImportMapping | None:
    """Return when a file with this header was read last."""
    return ImportMapping.objects.filter(signature=batch.signature).first()


def lacking(batch: ImportBatch) -> Field | None:
    """Return the field that every row needs and no column tells."""
    name = Columns(batch.kind, {int(place): name for place, name in batch.mapping.items()}).lacking
    return fields_of(batch.kind).get(name)
