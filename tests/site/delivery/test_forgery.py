"""Links that somebody forged, cut, swapped or kept too long open nothing: 100,000 of them, of every purpose."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from delivery import actions, links
from delivery.models import Message
from patients.models import Consent
from practice.models import Practice
from tests.factories.delivery import dispatch
from tests.factories.patients import letter_reader
from vault import tokens

LETTERS = string.ascii_letters + string.digits + "-_"
TRIED = 100_000
BY_HTTP = 300
PAGES = ("unsubscribe", "preferences", "why", "view", "confirm", "refer")


def mutations(purpose: str, token: str, dice: random.Random) -> Iterator[str]:
    """Give ever more texts that look like `token` and are not: one that says the same is never among them."""
    payload, moment, signature = token.split(":")
    others = [tokens.sign(other, tokens.read(purpose, token)) for other in sorted(tokens.PURPOSES - {purpose})]
    while True:
        at = dice.randrange(len(token))
        other = dice.choice(others)
        yield dice.choice(
            [
                token[:at] + dice.choice(LETTERS) + token[at + 1 :],
                token[:at] + token[at + 1 :],
                token[:at] + dice.choice(LETTERS + ":./%") + token[at:],
                token[:at],
                token[at:],
                token[:at] + token[at:][::-1],
                other,
                f"{payload}:{moment}:{other.rpartition(':')[2]}",
                f"{payload}:{dice.choice(LETTERS)}{moment[1:]}:{signature}",
                f"{signing.b64_encode(str(dice.random()).encode()).decode()}:{moment}:{signature}",
                f"{payload}:{moment}:{''.join(dice.choices(LETTERS, k=len(signature)))}",
                signing.dumps("MS-0000000000000000", key="another key", salt=f"goodword.token.{purpose}"),
                signing.dumps("MS-0000000000000000", salt=f"goodword.token.{purpose}x"),
                token.swapcase(),
                token.replace(":", dice.choice([".", "%3A", "::", ""])),
                "".join(dice.choices(LETTERS + ":", k=dice.randrange(200))),
            ]
        )


def is_the_same(token: str, mutation: str) -> bool:
    """Return whether a text is the token itself, but for bits of its last letter that say nothing."""
    return mutation[:-1] == token[:-1] and tokens_bytes(token) == tokens_bytes(mutation)


def tokens_bytes(token: str) -> bytes:
    try:
        return signing.b64_decode(token.rpartition(":")[2].encode())
    except ValueError:
        return b""


def test_none_of_a_hundred_thousand_mutations_opens_anything() -> None:
    purposes, dice = sorted(tokens.PURPOSES), random.Random(20261123)
    opened, tried = [], 0
    for purpose in purposes:
        token = tokens.sign(purpose, "MS-7K2M0000AAAA1111")
        for mutation in islice(mutations(purpose, token, dice), TRIED // len(purposes) + 1):
            if is_the_same(token, mutation):
                continue
            tried += 1
            try:
                opened.append((purpose, mutation, tokens.read(purpose, mutation)))
            except tokens.TokenRefused:
                continue
    assert opened == []
    assert tried > TRIED * 0.98


@pytest.mark.parametrize("purpose", sorted(tokens.PURPOSES))
def test_a_token_that_is_too_old_opens_nothing(purpose: str) -> None:
    with time_machine.travel("2026-11-01 12:00Z", tick=False):
        token = tokens.sign(purpose, "MS-7K2M")
        assert tokens.read(purpose, token, max_age=timedelta(days=7)) == "MS-7K2M"
    with time_machine.travel("2026-11-08 12:00:01Z", tick=False), pytest.raises(tokens.TokenRefused):
        tokens.read(purpose, token, max_age=timedelta(days=7))


def test_a_token_signed_before_the_secret_was_changed_opens_nothing(settings: pytest.FixtureRequest) -> None:
    token = tokens.sign("unsubscribe", "MS-7K2M")
    settings.SECRET_KEY = "another-secret-of-the-same-length-and-more-0123456789"  # type: ignore[attr-defined]
    with pytest.raises(tokens.TokenRefused):
        tokens.read("unsubscribe", token)


@pytest.mark.django_db
def test_forged_links_are_404_over_http_and_change_nothing(client: Client, house: Practice) -> None:
    letter_reader(given_name="Margaret", email="margaret@readers.example")
    message: Message = actions.start(dispatch=dispatch(), by=None).messages.get()
    before, dice = Consent.objects.count(), random.Random(20261123)
    for purpose in PAGES:
        token = links.url(purpose, message).rstrip("/").rpartition("/")[2]
        for mutation in islice(mutations(purpose, token, dice), BY_HTTP // len(PAGES)):
            if is_the_same(token, mutation) or "/" in mutation or "%" in mutation or not mutation:
                continue
            for ask in (client.get, client.post):
                answer = ask(f"/e/{purpose}/{mutation}/")
                assert answer.status_code in {404, 405}, (purpose, mutation)
    assert Consent.objects.count() == before


@pytest.mark.django_db
def test_a_sign_up_that_was_kept_too_long_is_not_confirmed(client: Client, house: Practice) -> None:
    from newsletter.editions.signing_up import ask_to_subscribe

    message = ask_to_subscribe(address="new@readers.example")
    address = links.url("confirm", message).removeprefix("http://127.0.0.1:8000")
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        client.post(address)
    assert not Consent.objects.exists()
