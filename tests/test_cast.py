"""The cast is what it says it is, so that every other test may rely on it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from accounts.roles import Role, roles_of
from tests.cast import sign_in

CAST = {
    "hannah": Role.EDITOR,
    "rosa": Role.COORDINATOR,
    "theo": Role.CLINICIAN,
    "colette": Role.LEAD,
    "okafor": Role.OWNER,
    "priya": Role.PRIVACY_OFFICER,
    "dana": Role.OFFICE_MEMBER,
    "office_admin": Role.OFFICE_ADMIN,
    "stranger_office_member": Role.OFFICE_MEMBER,
    "margaret": Role.PATIENT,
    "stranger_patient": Role.PATIENT,
}


@pytest.mark.both
@pytest.mark.parametrize(("name", "role"), CAST.items())
def test_each_person_holds_exactly_one_role(request: pytest.FixtureRequest, name: str, role: Role) -> None:
    assert roles_of(request.getfixturevalue(name)) == {role}


@pytest.mark.parametrize("name", CAST)
def test_each_person_can_be_signed_in(request: pytest.FixtureRequest, client: Client, name: str) -> None:
    user = request.getfixturevalue(name)
    assert sign_in(client, user).session["_auth_user_id"] == str(user.pk)


def test_the_tests_run_on_the_database_that_was_asked_for(db: None) -> None:
    import os

    asked = os.environ.get("TEST_DATABASE", "postgres")
    assert connection.vendor == ("sqlite" if asked == "sqlite" else "postgresql")
