"""How timelines say what happened to a patient's record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from journal.words import say, spell
from patients.exporting import Why
from patients.importing import leaving
from patients.models import Channel, Erasure, Purpose


def speak() -> None:
    """Enter the words of every verb of a record, and of the codes in them."""
    spell("channel", dict(Channel.choices))
    spell("purpose", dict(Purpose.choices))
    spell("reason", dict((*Erasure.Reason.choices, *leaving.Why.choices, *Why.choices)))
    say("patient.viewed", _("Record opened"), icon="view")
    say("patients.viewed", _("List of patients opened"), icon="view")
    say("patient.address_shown", _("Address shown"), icon="view")
    say("patient.added", _("Added"), icon="user")
    say("patient.edited", _("Data changed"), icon="edit")
    say("patient.activated", _("Active again"), icon="success")
    say("patient.inactivated", _("Not active any more"), icon="cross")
    say("patient.moved", _("Moved away"), icon="cross")
    say("patient.dismissed", _("Dismissed"), icon="cross")
    say("patient.deceased", _("Deceased; everything stopped"), icon="cross")
    say("patient.living", _("Marked deceased by mistake; taken back"), icon="undo")
    say("patient.merged", _("Another record was merged into this one"), icon="group")
    say("patient.unmerged", _("A merge was taken back"), icon="undo")
    say("patient.told_apart", _("Looked alike, and is somebody else"), icon="user")
    say("patient.exported", _("Record handed over ({reason})"), icon="download")
    say("patient.erased", _("Erased ({reason})"), icon="bin")
    say("access_report.viewed", _("Access report opened"), icon="view")
    say("contact_point.added", _("Address added: {channel}"), icon="mail")
    say("contact_point.removed", _("Address removed: {channel}"), icon="cross")
    say("contact_point.made_primary", _("Address put first: {channel}"), icon="check")
    say("contact_point.verified", _("Address verified: {channel}"), icon="check")
    say("confidant.added", _("May be told: added"), icon="user")
    say("confidant.removed", _("May be told: ended"), icon="cross")
    say("note.written", _("Note written"), icon="edit")
    say("tags.changed", _("Tags changed"), icon="tag")
    say("facts.changed", _("Facts changed"), icon="edit")
    say("consent.given", _("Said yes: {channel}"), icon="success")
    say("consent.withdrawn", _("Said no: {channel}"), icon="cross")
    say("reader.paused", _("Paused until {until}"), icon="time")
    say("reader.unpaused", _("Pause ended"), icon="success")
    say("import.taken", _("File taken: {rows} rows"), icon="upload")
    say("import.checked", _("File being checked"), icon="check")
    say("import.decided", _("Decided who is who: {rows} rows"), icon="user")
    say("import.started", _("Saving began: {rows} rows"), icon="upload")
    say("import.finished", _("Saved: {new} new, {changed} changed, {refused} refused"), icon="check")
    say("import.dropped", _("Not imported"), icon="cross")
    say("import.refused", _("A file of the watched folder was refused"), icon="cross")
    say("import.undo_begun", _("Undoing began"), icon="undo")
    say("import.undone", _("Undone: {restored} taken back, {kept} kept"), icon="undo")
    say("import.viewed", _("Rows of an import opened"), icon="view")
    say("consents.recorded", _("Consents of a file: {given} yes, {withdrawn} no"), icon="check")
    say("patients.exported", _("List of patients handed out: {people} ({reason})"), icon="download")
