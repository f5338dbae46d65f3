"""`manage.py set_up` makes a practice of one's own, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from accounts.models import User
from accounts.roles import Role, roles_of
from home.models import HomePage
from journal.models import Entry
from practice.models import Location, Practice, StaffMember

pytestmark = [pytest.mark.django_db, pytest.mark.both]
GIVEN = {
    "name": "Harbor Smiles",
    "street": "1 Main Street",
    "city": "Gull Harbor",
    "state": "wa",
    "zip": "98299",
    "phone": "(360) 555-0101",
    "mail": "hello@harbor.example",
    "owner": "Ada Byron King",
    "owner_mail": "Ada@Harbor.example",
}


def test_it_makes_the_practice_its_owner_and_its_pages(ground: Page, capsys: Any) -> None:
    call_command("set_up", **GIVEN)
    practice = Practice.objects.get()
    assert (practice.name, practice.domain, practice.case_prefix) == ("Harbor Smiles", "harbor.example", "HS")
    assert not practice.is_demo
    assert Location.objects.get().state == "WA"
    assert Location.objects.get().hours.count() == 5
    owner = User.objects.get()
    assert (owner.email, owner.first_name, owner.last_name) == ("ada@harbor.example", "Ada Byron", "King")
    assert roles_of(owner) == {Role.OWNER, Role.PRIVACY_OFFICER}
    assert not owner.has_usable_password()
    assert owner.emailaddress_set.get().verified
    assert StaffMember.objects.get().user == owner
    assert [home.locale.language_code for home in HomePage.objects.live()] == ["en", "es"]
    assert Entry.objects.filter(verb="practice.set_up").count() == 1
    assert "ada@harbor.example" in capsys.readouterr().out.lower()


def test_a_practice_that_stands_is_not_touched(practice: Practice) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("set_up", **GIVEN)
    assert Practice.objects.get() == practice


@pytest.mark.parametrize(("name", "value"), [("mail", "no address"), ("owner_mail", "nobody"), ("state", "Washington")])
def test_an_answer_of_the_wrong_shape_leaves_nothing(ground: Page, name: str, value: str) -> None:
    with pytest.raises(CommandError):
        call_command("set_up", **{**GIVEN, name: value})
    assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_what_is_not_given_is_asked_for(ground: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "Port Ellery")
    call_command("set_up", **{**GIVEN, "city": ""})
    assert asked == ["City: "]
    assert Location.objects.get().city == "Port Ellery"


def test_an_empty_answer_stops_everything(ground: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda question: " ")
    with pytest.raises(CommandError, match="each answer is needed"):
        call_command("set_up", **{**GIVEN, "city": ""})
    assert not Practice.objects.exists()
