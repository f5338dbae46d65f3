"""Who works here or at an office gets letters to colleagues: from their first day to their last, until they say no."""

from __future__ import annotations

import pytest

from accounts import actions as accounts
from accounts.roles import Role
from journal import reacting
from patients import colleagues, policy
from patients.actions import record_consent
from patients.models import Basis, Channel, Consent, Purpose, Reader, ReaderKind
from patients.segments import by_name

LETTERS = {"channel": Channel.EMAIL, "purpose": Purpose.OWN_SERVICES}


def meant(key: str) -> set[str]:
    return {str(reader) for reader in by_name(key).readers()}


def test_it_works(dana, rosa, margaret):
    reacting.run_due()
    assert meant("offices") == {"Dana Whitcomb"}
    assert meant("team") == {"Rosa Delgado"}
    assert policy.may_contact(dana.reader, **LETTERS, topic="offices") == ""
    said = Consent.objects.standing().get(reader=dana.reader)
    assert (said.basis, said.source, said.is_given) == (Basis.MAY_OBJECT, "role", True)


def test_news_that_comes_twice_makes_one_reader(dana):
    reacting.run_due()
    for _ in range(2):
        colleagues.keep_reader(user=dana, kind=ReaderKind.OFFICE)
    assert Reader.objects.filter(kind=ReaderKind.OFFICE).count() == 1
    assert Consent.objects.count() == 1


def test_who_leaves_gets_nothing_more_and_who_comes_back_does(rosa):
    reacting.run_due()
    for grant in rosa.grants.all():
        accounts.end_role(grant=grant, by=None)
    assert meant("team") == set()
    accounts.grant_role(user=rosa, role=Role.COORDINATOR, by=None)
    reacting.run_due()
    assert meant("team") == {"Rosa Delgado"}
    assert Reader.objects.filter(kind=ReaderKind.STAFF).count() == 1


def test_who_may_not_sign_in_any_more_gets_nothing(rosa):
    reacting.run_due()
    rosa.is_active = False
    rosa.save(update_fields=["is_active"])
    assert meant("team") == set()


def test_a_no_stands_whatever_role_comes_next(rosa):
    reacting.run_due()
    record_consent(
        reader=rosa.reader,
        **LETTERS,
        is_given=False,
        basis=Basis.NONE,
        wording_version="x",
        source="one_click",
        by=None,
    )
    accounts.grant_role(user=rosa, role=Role.LEAD, by=None)
    reacting.run_due()
    assert policy.may_contact(rosa.reader, **LETTERS, topic="team") == "objected"
    assert meant("team") == set()


def test_who_is_a_patient_too_has_a_reader_for_each(margaret, margaret_patient):
    accounts.grant_role(user=margaret, role=Role.EDITOR, by=None)
    reacting.run_due()
    assert margaret.reader == margaret_patient.reader
    both = Reader.objects.filter(contact_points__address=margaret.email)
    assert sorted(both.values_list("kind", flat=True)) == ["patient", "staff"]
    assert meant("team") == {"Margaret Ellison"}, "found by the address, since the account is the patient's"


def test_what_a_patient_gets_is_not_for_colleagues(dana, rosa):
    reacting.run_due()
    assert meant("everyone") == set()


@pytest.mark.parametrize("role", [Role.PATIENT, Role.OFFICE_MEMBER, Role.CLINICIAN])
def test_each_role_has_its_side(role):
    sides = {Role.PATIENT: None, Role.OFFICE_MEMBER: ReaderKind.OFFICE, Role.CLINICIAN: ReaderKind.STAFF}
    assert colleagues.side_of(role) == sides[role]
