"""Whatever a keeper's model says of somebody in words is handed over with their record, or has a reason not to be."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from patients import records
from patients.models import Patient, Reader
from patients.records import Person
from practice.models import Location
from tests.factories import people
from tests.factories.accounts import person
from tests.factories.patients import agree

pytestmark = pytest.mark.django_db
WORD = "handedword"

# Columns of text that are not handed over, by their ending or by their whole name, and why.
OURS = {
    "ref": "our own names of rows",
    "_by": "who of us did it: the access report says so",
    ".by": "who of us did it: the access report says so",
    "_index": "keyed digits by which a sealed column is found",
    "_hash": "keyed digits by which an address is found",
    "topic": "our own codes",
    "wording_version": "which of our wordings they saw; the ledger's other columns are handed over",
    "accounts.User.password": "a secret, and no word of theirs",
    "accounts.User.first_name": "the patient's own name, which is handed over with the person",
    "accounts.User.last_name": "the patient's own name, which is handed over with the person",
    "referrals.Referral.good_times": "the friend's own wish, and nothing of whoever told them",
    "referrals.Referral.thanked_name": "who of us thanked",
    "cases.Case.awaiting": "our own code",
    "cases.Case.emergency_call": "whom of us the office reached",
    "delivery.Message.also": "keys of others at the same mailbox: theirs, not hers",
    "delivery.Message.content": "the words of one single letter, forgotten as soon as it is sent",
    "delivery.Message.language": "our own code",
    "delivery.Message.variant": "our own code of the way in which a letter is written",
    "delivery.Message.message_id": "keyed digits",
    "delivery.Message.occasion": "our own code of what it was sent for",
    "delivery.Message.reason": "a mail server's words, without an address",
    "patients.Appointment.external_id": "the older system's number of the visit, which hands over its own records",
    "patients.Consent.evidence": "how it was said, in our own codes",
    "patients.Erasure.patient_ref": "our own name of the record",
    "patients.ImportLine.waits_for": "the older system's number of somebody else",
    "patients.ImportQuestion.why": "our own codes",
    "patients.LookAlike.signs": "our own codes",
    "patients.Merge.gone_external_id": "the older system's number of the record that was merged",
    "patients.Procedure.external_id": "the older system's number of the procedure, which hands over its own records",
    "practice.FollowUp.concerns": "our own name of the record",
    "practice.FollowUp.once": "our own code",
}


def texts() -> set[str]:
    """Return the columns of kept models in which free text may stand, sealed or not."""
    return {
        f"{label}.{column.name}"
        for label in records.kept_models()
        for column in apps.get_model(label)._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField) and not column.choices
    }


def has_a_reason(column: str) -> bool:
    return column in OURS or any(column.endswith(ending) for ending in OURS if "." not in ending[1:])


def whole(location: Location) -> Patient:
    """Return somebody with a word of theirs in every column that may hold one."""
    patient = people.whole(WORD, location, phone="360-555-0133", seen=people.long_ago(90))
    account = person(email=f"{WORD}@accounts.example")
    Reader.objects.filter(pk=patient.reader_id).update(user=account)
    for label in records.kept_models():
        model = apps.get_model(label)
        for column in model._meta.concrete_fields:
            name = f"{label}.{column.name}"
            if name in PLANTED:
                model._base_manager.update(**{column.name: PLANTED[name]})
    agree(patient.reader, channel="post", source="source-9")
    return Patient.objects.get(pk=patient.pk)


PLANTED = {
    "content.Testimonial.consent_text": f"{WORD} agreed to be shown",
    "content.Testimonial.consent_wording": "2026-99",
    "content.Testimonial.consent_evidence": "binder 77",
    "cases.Case.teeth": "31,32",
    "patients.PostalAddress.state": "WY",
    "patients.Patient.external_id": f"{WORD}-number",
    "patients.Procedure.code": "D9876",
}


def test_each_column_of_words_is_handed_over_or_has_a_reason(location: Location) -> None:
    patient = whole(location)
    said = str([list(table.rows) for one in records.keepers() for table in one.export(Person.of(patient))])
    told = set()
    for label in records.kept_models():
        for row in apps.get_model(label)._base_manager.all():
            for column, value in people.opened(row).items():
                if value and str(value) in said:
                    told.add(f"{label}.{column}")
    assert {column for column in texts() - told if not has_a_reason(column)} == set()


def test_no_reason_stands_for_a_column_that_is_not_there() -> None:
    known = {
        f"{label}.{column.name}" for label in records.kept_models() for column in apps.get_model(label)._meta.fields
    }
    assert {name for name in OURS if name.count(".") == 2} <= known
