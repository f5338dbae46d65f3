"""How many questions the office's pages ask the database, and how long the list takes with 10,000 cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from practice.models import Provider
from referral_portal.cases import actions
from referral_portal.cases.models import Case
from referral_portal.offices.models import Office
from tests.cast import sign_in
from tests.factories.cases import CaseFactory, visit

pytestmark = pytest.mark.django_db
LIST = "/portal/office/cases/"


def counted(client: Client, url: str) -> list[str]:
    """Return the statements of one page, without savepoints."""
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return [one["sql"] for one in found if "SAVEPOINT" not in one["sql"]]


def test_the_list_asks_ten_questions_however_many_cases_it_shows(
    client: Client, dana: User, saltmarsh: Office, dr_lindqvist: Provider
) -> None:
    sign_in(client, dana)
    visit(CaseFactory.create(office=saltmarsh, status="accepted"), dr_lindqvist)
    client.get(LIST)
    few = counted(client, LIST)
    for _number in range(15):
        visit(CaseFactory.create(office=saltmarsh, status="accepted"), dr_lindqvist)
        CaseFactory.create(office=saltmarsh, status="received", awaiting="office")
    many = counted(client, LIST)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 10, "\n".join(many)


def test_a_case_page_asks_ten_questions(client: Client, dana: User, rosa: User, walter: Case) -> None:
    sign_in(client, dana)
    actions.acknowledge(case=walter, by=rosa)
    url = f"{LIST}{walter.ref}/"
    client.get(url)
    found = counted(client, url)
    reading = [sql for sql in found if sql.startswith("SELECT")]
    assert len(found) - len(reading) == 1, "the reading itself is written down, and nothing else"
    assert len(reading) <= 10, "\n".join(reading)


def test_the_form_asks_few_questions(client: Client, dana: User, walter: Case) -> None:
    sign_in(client, dana)
    client.get(f"{LIST}new/")
    found = counted(client, f"{LIST}new/")
    assert len(found) <= 14, "\n".join(found)


def test_the_list_asks_as_little_of_a_thousand_cases_as_of_one(client: Client, dana: User, saltmarsh: Office) -> None:
    model = CaseFactory.create(office=saltmarsh)
    sign_in(client, dana)
    client.get(LIST)
    of_one = len(counted(client, f"{LIST}?view=all"))
    _multiply(model, 1_000)
    for query in ("?view=all", "?view=all&page=20", "?view=you", "?view=all&q=Walter0"):
        found = counted(client, LIST + query)
        assert len(found) <= of_one + 2, "\n".join(found)


def _multiply(model: Case, count: int) -> None:
    rows: list[Case] = []
    values: dict[str, Any] = {
        name: getattr(model, name)
        for name in ("office_id", "referring_doctor_id", "service_id", "location_id", "consent_at", "consent_by")
    }
    now = timezone.now()
    for number in range(count):
        ended = number % 20 != 0
        stamps: dict[str, Any] = {"submitted_at": now - timedelta(hours=number), "submitted_by": "user:U-MADE"}
        if ended:
            stamps |= {
                **{f"{name}_at": now for name in ("received", "accepted", "completed", "closed")},
                **{f"{name}_by": "user:U-MADE" for name in ("received", "accepted", "completed", "closed")},
                "ending": "treated",
                "closed_how": "portal",
            }
        rows.append(
            Case(
                ref=f"JR-{number:06d}",
                status="loop_closed" if ended else "submitted",
                given_name=f"Walter{number}",
                family_name="Brandvold",
                born="1954-03-04",
                phone="360-555-0188",
                changed_at=now - timedelta(minutes=number),
                **values,
                **stamps,
            )
        )
    Case.objects.bulk_create(rows, batch_size=500)
