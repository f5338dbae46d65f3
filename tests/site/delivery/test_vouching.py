"""Whether mail services can tell that our mail is ours: each check with what to change, and no name server asked."""

from __future__ import annotations

import ipaddress

import pytest
from django.urls import reverse

from delivery.sink import Sink
from delivery.vouching import checks, greeting
from delivery.vouching.checks import Sending
from delivery.vouching.greeting import Greeting
from delivery.vouching.names import Unasked
from tests.cast import sign_in

WELL = {
    ("juniperrow.example", "TXT"): ["some-verification=1", "v=spf1 include:mail.example -all"],
    ("mail.example", "TXT"): ["v=spf1 ip4:203.0.113.0/24 -all"],
    ("selector1._domainkey.juniperrow.example", "TXT"): ["v=DKIM1; k=rsa; p=MIIBIjANBg"],
    ("_dmarc.juniperrow.example", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:d@juniperrow.example"],
    ("juniperrow.example", "MX"): ["mx.juniperrow.example"],
    ("smtp.mail.example", "A"): ["203.0.113.9"],
    ("203.0.113.9", "PTR"): ["smtp.mail.example"],
}
SERVER = Greeting("smtp.mail.example", offers_tls=True, uses_tls=True)
SENDING = Sending("juniperrow.example", "https://www.juniperrow.example", SERVER)


class Zone:
    """Name servers that know a few names; where they are silent, they say so."""

    def __init__(self, records=WELL, silent=()):
        self.records, self.silent = dict(records), set(silent)

    def ask(self, name, kind):
        if name in self.silent or "*" in self.silent:
            raise Unasked("Timeout")
        return self.records.get((name, kind), [])

    def pointer(self, address):
        ipaddress.ip_address(address)
        return self.ask(address, "PTR")


class Silent(Zone):
    """Name servers that answer nothing."""

    def __init__(self):
        super().__init__(silent="*")


def found(records=None, sending=SENDING, **zone):
    return {check.name: check for check in checks.run(sending, Zone(WELL | (records or {}), **zone))}


def test_a_domain_in_order_has_nothing_to_mend():
    assert {check.state for check in found().values()} == {"well"}
    assert list(found()) == ["SPF", "DKIM", "DMARC", "MX", "TLS", "PTR", "One-click"]


@pytest.mark.parametrize(
    ("name", "records", "state", "says"),
    [
        ("SPF", {("juniperrow.example", "TXT"): []}, "bad", "No server is allowed"),
        ("SPF", {("juniperrow.example", "TXT"): ["v=spf1 -all", "v=spf1 ~all"]}, "bad", "two SPF records"),
        ("SPF", {("juniperrow.example", "TXT"): ["v=spf1 +all"]}, "bad", "allows everybody"),
        ("SPF", {("juniperrow.example", "TXT"): ["v=spf1 mx"]}, "look", "does not say"),
        ("SPF", {("juniperrow.example", "TXT"): ["v=spf1 redirect=mail.example"]}, "well", "redirect"),
        ("DKIM", {("selector1._domainkey.juniperrow.example", "TXT"): []}, "look", "No key was found"),
        ("DKIM", {("selector1._domainkey.juniperrow.example", "TXT"): ["v=DKIM1; p="]}, "bad", "taken back"),
        ("DMARC", {("_dmarc.juniperrow.example", "TXT"): []}, "bad", "Nobody is told"),
        ("DMARC", {("_dmarc.juniperrow.example", "TXT"): ["v=DMARC1; p=none"]}, "look", "only watched"),
        ("DMARC", {("_dmarc.juniperrow.example", "TXT"): ["v=DMARC1; rua=x"]}, "bad", "says no policy"),
        ("DMARC", {("_dmarc.juniperrow.example", "TXT"): ["v=DMARC1; p=reject"] * 2}, "bad", "two DMARC"),
        ("MX", {("juniperrow.example", "MX"): []}, "bad", "cannot come back"),
        ("MX", {("juniperrow.example", "MX"): [""]}, "bad", "cannot come back"),  # RFC 7505
        ("PTR", {("203.0.113.9", "PTR"): []}, "look", "no name that leads back"),
        ("PTR", {("203.0.113.9", "PTR"): ["elsewhere.example"]}, "look", "no name that leads back"),
    ],
)
def test_each_fault_is_named_with_what_to_change(name, records, state, says):
    check = found(records)[name]
    assert (check.state, says in str(check.says)) == (state, True), check
    assert bool(check.change) == (state != "well")


def test_a_record_that_asks_too_many_names_is_counted_through_what_it_includes():
    records = {(f"s{n}.example", "TXT"): [f"v=spf1 include:s{n + 1}.example ~all"] for n in range(12)}
    records["juniperrow.example", "TXT"] = ["v=spf1 include:s0.example ~all"]
    assert "13 other names" in found(records)["SPF"].says


def test_records_that_include_each_other_end():
    records = {(f"{one}.example", "TXT"): [f"v=spf1 include:{other}.example -all"] for one, other in ("ab", "ba")}
    records["juniperrow.example", "TXT"] = ["v=spf1 include:a.example -all"]
    assert found(records)["SPF"].state == "well"


def test_a_selector_that_somebody_types_is_looked_up_alone():
    def said(selector):
        return found(sending=Sending("juniperrow.example", "https://x.example", SERVER, selector))["DKIM"]

    assert said("selector1").state == "well"
    assert said("other").state == "bad"
    assert "other._domainkey.juniperrow.example" in said("other").change
    assert said("<script>").state == "look"


def test_a_parent_domain_speaks_for_a_subdomain():
    records = {("_dmarc.juniperrow.example", "TXT"): ["v=DMARC1; p=reject"]}
    assert found(records, Sending("news.juniperrow.example", "https://x.example", SERVER))["DMARC"].state == "well"


def test_name_servers_that_do_not_answer_are_no_fault_of_the_domain():
    states = {name: check.state for name, check in found(silent="*").items()}
    assert {name for name, state in states.items() if state == "look"} == {"SPF", "DKIM", "DMARC", "MX", "PTR"}
    assert "bad" not in states.values()


@pytest.mark.parametrize(
    ("server", "state"),
    [
        (None, "well"),
        (Greeting("127.0.0.1"), "well"),
        (Greeting("smtp.mail.example", offers_tls=True), "bad"),
        (Greeting("smtp.mail.example"), "bad"),
        (Greeting("smtp.mail.example", trouble="certificate"), "bad"),
        (Greeting("smtp.mail.example", trouble="ConnectionRefusedError"), "bad"),
    ],
)
def test_the_way_to_the_mail_server_is_behind_tls(server, state):
    check = found(sending=Sending("juniperrow.example", "https://x.example", server))["TLS"]
    assert (check.state, bool(check.change)) == (state, state == "bad")


def test_a_site_without_tls_offers_no_one_click():
    assert found(sending=Sending("juniperrow.example", "http://x.example", SERVER))["One-click"].state == "bad"


def test_a_mail_server_is_met_as_it_is():
    with Sink() as sink:
        assert greeting.of(sink.url) == Greeting("127.0.0.1")
    assert greeting.of(sink.url).trouble
    assert greeting.of("outbox://") is None


@pytest.mark.django_db
def test_the_owner_looks_and_nobody_is_asked_before(client, okafor, practice, settings):
    settings.NAMES = f"{__name__}.Silent"
    sign_in(client, okafor)
    page = client.get(reverse("consent:sender"))
    assert page.status_code == 200
    assert "Must fix" not in page.content.decode()
    told = client.get(reverse("consent:sender"), {"look": "1", "selector": "<b>x\x00"}).content.decode()
    assert "The name servers did not answer just now." in told
    assert "<b>x" not in told
