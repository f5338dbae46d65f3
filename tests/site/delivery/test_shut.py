"""The addresses to which we do not write: found by one, never shown, opened with a reason after a second look."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Entry
from journal.words import sentence_of
from patients.actions import suppress
from patients.models import Suppression, SuppressionReason
from practice.models import Practice
from tests.cast import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ADDRESS = "canarygull@readers.example"
LIST, FIND, LIFT = (reverse(f"consent:{name}") for name in ("shut", "shut_find", "shut_lift"))


@pytest.fixture
def desk(client: Client, rosa: User, practice: Practice, location: Any) -> Client:
    sign_in(client, rosa)
    return client


@pytest.fixture
def shut(rosa: User) -> Suppression:
    return suppress(channel="email", address=ADDRESS, reason="complaint", by=rosa)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_list_says_why_since_when_and_by_whom_and_never_where(desk: Client, rosa: User, shut: Suppression) -> None:
    page = words(desk.get(LIST))
    assert f"{shut.address_hash[:8]} E-mail Marked as spam" in page
    assert str(rosa) in page
    assert "canarygull" not in page
    assert shut.address_hash not in desk.get(LIST).content.decode()


def test_it_is_narrowed_to_one_reason_and_an_unknown_one_shows_all(desk: Client, shut: Suppression) -> None:
    assert shut.address_hash[:8] in words(desk.get(LIST, {"reason": "complaint"}))
    assert "None for this reason." in words(desk.get(LIST, {"reason": "stop"}))
    assert shut.address_hash[:8] in words(desk.get(LIST, {"reason": "<script>"}))


def test_an_empty_list_says_how_an_address_comes_there(desk: Client) -> None:
    assert "An address comes here when it bounces" in words(desk.get(LIST))


@pytest.mark.parametrize("typed", [ADDRESS, "  CanaryGull@Readers.Example "])
def test_an_address_is_found_however_it_is_typed(desk: Client, shut: Suppression, typed: str) -> None:
    page = words(desk.post(FIND, {"address": typed}))
    assert "E-mail: Marked as spam" in page
    assert "Write to it again…" in page


def test_a_phone_is_found_on_each_of_its_channels(desk: Client) -> None:
    for channel in ("sms", "phone"):
        suppress(channel=channel, address="360-555-0142", reason="stop", by=None)
    page = words(desk.post(FIND, {"address": "(360) 555 0142"}))
    assert "Text message: STOP by text" in page
    assert "Phone: STOP by text" in page
    assert "The system" in page


def test_another_address_is_said_to_be_open_and_hostile_text_stays_text(desk: Client, shut: Suppression) -> None:
    answer = desk.post(FIND, {"address": "<script>alert(1)</script>"})
    assert "It is not among them" in words(answer)
    assert "<script>alert(1)" not in answer.content.decode()
    assert desk.post(FIND, {"address": ""}).status_code == 422
    assert desk.post(FIND, {"address": "x" * 300}).status_code == 422


def opened(desk: Client, **more: str) -> Any:
    return desk.post(LIFT, {"channel": "email", "address": ADDRESS, **more})


def test_it_is_opened_after_a_second_look_and_with_a_reason(desk: Client, rosa: User, shut: Suppression) -> None:
    look = opened(desk)
    assert "Its reader marked a letter of ours as spam." in words(look)
    assert Suppression.objects.exists()
    (seen,) = re.findall(r'name="seen" value="(\w+)"', look.content.decode())
    assert opened(desk, seen=seen, why="  ").status_code == 422
    assert Suppression.objects.exists()
    assert opened(desk, seen=seen, why="She called: a slip of the finger").headers["Location"] == LIST
    assert not Suppression.objects.exists()
    entry = Entry.objects.get(verb="address.lifted")
    assert entry.by == f"user:{rosa.ref}"
    assert sentence_of(entry) == "Address open again: E-mail (She called: a slip of the finger)"
    assert "canarygull" not in f"{entry.subject}{entry.particulars}"


def test_who_saw_another_reason_or_none_looks_first(desk: Client, shut: Suppression) -> None:
    for seen in ({}, {"seen": ""}, {"seen": "staff"}):
        assert "Write to this address again?" in words(opened(desk, why="Asked", **seen))
    suppress(channel="email", address=ADDRESS, reason="hard_bounce", by=None)
    look = opened(desk, seen="complaint", why="Asked")
    assert "this mailbox does not exist" in words(look)
    assert 'value="Asked"' in look.content.decode()
    assert Suppression.objects.exists()


def test_a_second_click_and_an_address_that_is_open_change_nothing(desk: Client, shut: Suppression) -> None:
    for _ in range(2):
        answer = opened(desk, seen="complaint", why="She called")
    assert answer.headers["Location"] == LIST
    assert Entry.objects.filter(verb="address.lifted").count() == 1
    for channel in ("nonsense", ""):
        assert desk.post(LIFT, {"channel": channel, "address": ADDRESS}).status_code == 302


def test_looking_changes_nothing(desk: Client, shut: Suppression) -> None:
    for path in (LIST, FIND, LIFT):
        desk.get(path)
        desk.head(path)
    desk.post(FIND, {"address": ADDRESS})
    assert Suppression.objects.count() == 1
    assert not Entry.objects.filter(verb="address.lifted").exists()


def test_an_editor_reads_the_list_and_opens_nothing(
    client: Client, hannah: User, practice: Practice, location: Any, shut: Suppression
) -> None:
    sign_in(client, hannah)
    page = words(client.post(FIND, {"address": ADDRESS}))
    assert "E-mail: Marked as spam" in page
    assert "Write to it again" not in page
    assert opened(client, seen="complaint", why="Asked").status_code in {302, 403, 404}
    assert Suppression.objects.exists()


@pytest.mark.parametrize("reason", SuppressionReason.values)
def test_every_reason_has_its_warning(desk: Client, reason: str) -> None:
    suppress(channel="email", address=ADDRESS, reason=reason, by=None)
    assert len(words(opened(desk))) > 200


def test_a_page_asks_as_much_however_many_there_are(desk: Client, django_assert_max_num_queries: Any) -> None:
    desk.get(LIST)
    for n in range(60):
        suppress(channel="email", address=f"{n}@readers.example", reason="staff", by=None)
    with django_assert_max_num_queries(25):
        page = desk.get(LIST)
    assert "Older" in words(page)
