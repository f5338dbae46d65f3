"""Each door has a brake, which counts people and not proxies; who tries too often gets a plain page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.middleware import trusted_proxies
from accounts.models import User
from tests.factories.accounts import PASSWORD
from tests.site.accounts import signing

CALM = "Let us take a breath"


@pytest.mark.django_db
class TestBrakes:
    """Too many tries."""

    def test_codes_for_one_address(self, margaret: User, time_machine: Any) -> None:
        for _ in range(5):
            assert signing.ask_for_code(Client(), margaret.email).status_code == 302
        answer = signing.ask_for_code(Client(), margaret.email)
        assert answer.status_code == 429
        assert CALM in answer.content.decode()
        assert len(mail.outbox) == 5
        time_machine.move_to(timezone.now() + timedelta(minutes=11))
        assert signing.ask_for_code(Client(), margaret.email).status_code == 302

    def test_codes_for_one_address_from_many_places_in_a_day(self, margaret: User, time_machine: Any) -> None:
        for hour in range(1, 6):
            for n in range(5):
                signing.ask_for_code(Client(REMOTE_ADDR=f"203.0.{hour}.{n}"), margaret.email)
            time_machine.move_to(timezone.now() + timedelta(minutes=11 * hour))
        assert len(mail.outbox) == 20

    def test_codes_for_many_addresses_from_one_place(self) -> None:
        answers = [signing.ask_for_code(Client(), f"p{n}@patients.example").status_code for n in range(21)]
        assert answers == [302] * 20 + [429]

    def test_an_unknown_address_is_braked_alike(self) -> None:
        answers = [signing.ask_for_code(Client(), "nobody@patients.example").status_code for n in range(6)]
        assert answers == [302] * 5 + [429]

    def test_passwords_of_one_account(self, margaret: User) -> None:
        tries = {"login": margaret.email, "password": "not the password at all"}
        answers = [Client().post(signing.LOGIN, tries).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]
        right = Client().post(signing.LOGIN, {"login": margaret.email, "password": PASSWORD})
        assert right.status_code == 429, "the right one does not help while the brake is on"

    def test_passwords_of_many_accounts_from_one_place(self) -> None:
        answers = [
            Client().post(signing.LOGIN, {"login": f"p{n}@patients.example", "password": "x"}).status_code
            for n in range(21)
        ]
        assert answers == [200] * 20 + [429]

    def test_codes_of_an_app(self, rosa: User) -> None:
        signing.give_factor(rosa)
        client = Client()
        signing.by_code(client, rosa)
        answers = [client.post(signing.FACTOR, {"code": "000000"}).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]

    def test_forgotten_passwords(self, margaret: User) -> None:
        answers = [Client().post("/accounts/password/reset/", {"email": margaret.email}).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]

    def test_a_guess_at_a_code_is_one_of_three(self, margaret: User) -> None:
        client = Client()
        signing.ask_for_code(client, margaret.email)
        answers = [signing.enter_code(client, f"{n:06}").status_code for n in range(4)]
        assert answers == [200, 200, 302, 302]


def seen(forwarded: str | None, peer: str, trusted: tuple[str, ...] = ("10.0.0.0/8", "2001:db8::/32")) -> HttpRequest:
    """Return the request as the house sees it after the middleware."""
    with override_settings(TRUSTED_PROXIES=trusted):
        caught: list[HttpRequest] = []

        def end(request: HttpRequest) -> HttpResponse:
            caught.append(request)
            return HttpResponse()

        headers = {"HTTP_X_FORWARDED_PROTO": "https"}
        if forwarded is not None:
            headers["HTTP_X_FORWARDED_FOR"] = forwarded
        trusted_proxies(end)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
        return caught[0]


class TestProxies:
    """Whose address it is."""

    @pytest.mark.parametrize(
        ("forwarded", "peer", "client"),
        [
            ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
            ("198.51.100.1, 203.0.113.9, 10.2.3.4", "10.0.0.1", "203.0.113.9"),
            ("10.9.9.9, 10.2.3.4", "10.0.0.1", "10.9.9.9"),
            ("203.0.113.9:4711", "10.0.0.1", "203.0.113.9"),
            ("[2001:db9::7]:4711", "10.0.0.1", "2001:db9::7"),
            ("2001:db9::7", "2001:db8::1", "2001:db9::7"),
            ("203.0.113.9", "::ffff:10.0.0.1", "203.0.113.9"),
            ("::ffff:203.0.113.9", "10.0.0.1", "203.0.113.9"),
            ("unknown", "10.0.0.1", "10.0.0.1"),
            ("203.0.113.9, unknown", "10.0.0.1", "10.0.0.1"),
            ("", "10.0.0.1", "10.0.0.1"),
            (None, "10.0.0.1", "10.0.0.1"),
            ("203.0.113.9", "192.0.2.66", "192.0.2.66"),
        ],
    )
    def test_it_is_the_last_one_that_no_proxy_of_ours_has(self, forwarded: str | None, peer: str, client: str) -> None:
        assert seen(forwarded, peer).META["REMOTE_ADDR"] == client

    def test_a_stranger_is_not_believed_about_anything(self) -> None:
        request = seen("203.0.113.9", "192.0.2.66")
        assert "HTTP_X_FORWARDED_FOR" not in request.META
        assert "HTTP_X_FORWARDED_PROTO" not in request.META

    def test_without_trusted_proxies_nobody_is_believed(self) -> None:
        assert seen("203.0.113.9", "10.0.0.1", ()).META["REMOTE_ADDR"] == "10.0.0.1"

    @given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=12)), max_size=6).map(", ".join))
    def test_whatever_stands_there_the_request_goes_on(self, forwarded: str) -> None:
        assert seen(forwarded, "10.0.0.1").META["REMOTE_ADDR"]

    @pytest.mark.django_db
    def test_a_stranger_does_not_escape_the_brake_by_a_header(self) -> None:
        answers = [
            Client(headers={"x-forwarded-for": f"203.0.113.{n}"})
            .post(signing.ASK, {"email": f"p{n}@patients.example"})
            .status_code
            for n in range(21)
        ]
        assert answers[-1] == 429
