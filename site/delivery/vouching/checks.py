"""The checks of a sending address: SPF, DKIM, DMARC, MX, TLS, PTR and one-click, each with what to change.

Gmail and Yahoo demand all of them of whoever sends many letters (Google, Email sender guidelines, 2024).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from delivery.vouching.greeting import Greeting
from delivery.vouching.names import Names, Unasked

WELL, LOOK, BAD = "well", "look", "bad"
MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
SELECTORS = ("default", "google", "selector1", "selector2", "k1", "s1", "s2", "mail", "dkim", "pm", "brevo", "mta")
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True)
class Check:
    """One line: how it stands, what was found, and what to change where something must be."""

    name: str
    state: str
    says: str | Promise
    change: str | Promise = ""


@dataclass(frozen=True)
class Sending:
    """What is looked at: the domain that letters come from, our site's address, how the mail server met us."""

    domain: str
    site_url: str
    server: Greeting | None
    selector: str = ""


def run(sending: Sending, names: Names) -> list[Check]:
    """Return every check, in the order in which they are mended; what cannot be asked is said, and is no fault.

    Args:
        sending: what to look at.
        names: whom to ask.
    """
    found = []
    for check in (_spf, _dkim, _dmarc, _mx, _tls, _ptr, _one_click):
        try:
            found += list(check(sending, names))
        except Unasked:
            says = _("The name servers did not answer just now.")
            found.append(Check(LABELS[check], LOOK, says, _("Look again in a few minutes.")))
    return found


def _spf(sending: Sending, names: Names) -> Iterator[Check]:
    records = [text for text in names.ask(sending.domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    where = _("In the settings of your domain, add a TXT record for %(domain)s") % {"domain": sending.domain}
    if not records:
        says = _("No server is allowed to send for %(domain)s.") % {"domain": sending.domain}
        yield Check("SPF", BAD, says, f"{where}: v=spf1 include:… ~all")
        return
    if len(records) > 1:
        yield Check("SPF", BAD, _("There are two SPF records; none of them counts."), _("Join them into one."))
        return
    last = records[0].lower().split()[-1]
    lookups = _lookups(records[0], names, set())
    if lookups > MOST_LOOKUPS:
        says = _("It asks %(n)d other names; after %(most)d nobody asks on.") % {"n": lookups, "most": MOST_LOOKUPS}
        yield Check("SPF", BAD, says, _("Take out the services that no longer send for you."))
    elif last in {"+all", "all", "?all"}:
        yield Check("SPF", BAD, _("It allows everybody to send in your name."), _("End the record with ~all or -all."))
    elif last not in {"~all", "-all"} and "redirect=" not in records[0].lower():
        yield Check("SPF", LOOK, _("It does not say what to do with others."), _("End the record with ~all or -all."))
    else:
        yield Check("SPF", WELL, records[0][:160])


def _lookups(record: str, names: Names, seen: set[str]) -> int:
    """Return how many questions a record makes whoever checks it ask, those of included records too (RFC 7208)."""
    count = 0
    for term in record.lower().split()[1:]:
        name, _sign, value = term.lstrip("+-~?").replace("=", ":", 1).partition(":")
        if name not in {"include", "redirect", "a", "mx", "ptr", "exists"}:
            continue
        count += 1
        if name in {"include", "redirect"} and value and value not in seen and len(seen) < 3 * MOST_LOOKUPS:
            seen.add(value)
            inner = [text for text in names.ask(value, "TXT") if text.lower().startswith("v=spf1")]
            count += _lookups(inner[0], names, seen) if inner else 0
    return count


def _dkim(sending: Sending, names: Names) -> Iterator[Check]:
    chosen = sending.selector.strip()
    if chosen and not _SELECTOR.fullmatch(chosen):
        change = _("Your mail service tells you its name, as in selector1.")
        yield Check("DKIM", LOOK, _("That is no selector."), change)
        return
    found = [
        (selector, text)
        for selector in ([chosen] if chosen else SELECTORS)
        for text in names.ask(f"{selector}._domainkey.{sending.domain}", "TXT")
        if "p=" in text
    ]
    if any(re.search(r"p=\s*[^;\s]", text) for _selector, text in found):
        says = _("A key is there: %(names)s.") % {"names": ", ".join(dict.fromkeys(name for name, _text in found))}
        yield Check("DKIM", WELL, says)
    elif found:
        yield Check("DKIM", BAD, _("The key was taken back."), _("Ask your mail service for a new one."))
    elif chosen:
        says = _("There is no key under that name.")
        change = _("Enter the record that your mail service shows you, at %(name)s.")
        yield Check("DKIM", BAD, says, change % {"name": f"{chosen}._domainkey.{sending.domain}"})
    else:
        says = _("No key was found under the usual names.")
        yield Check("DKIM", LOOK, says, _("Enter the selector that your mail service told you, and look again."))


def _dmarc(sending: Sending, names: Names) -> Iterator[Check]:
    parts = sending.domain.split(".")
    asked = [sending.domain, *([".".join(parts[-2:])] if len(parts) > 2 else [])]
    for domain in asked:
        texts = [text for text in names.ask(f"_dmarc.{domain}", "TXT") if text.lower().startswith("v=dmarc1")]
        if len(texts) > 1:
            yield Check("DMARC", BAD, _("There are two DMARC records; none of them counts."), _("Keep one."))
            return
        if texts:
            policy = re.search(r"(?:^|;)\s*p=(\w+)", texts[0].lower())
            if policy and policy[1] in {"quarantine", "reject"}:
                yield Check("DMARC", WELL, texts[0][:160])
            elif policy and policy[1] == "none":
                says = _("Mail in your name by others is only watched.")
                yield Check("DMARC", LOOK, says, _("When the reports are clean, change p=none to p=quarantine."))
            else:
                yield Check("DMARC", BAD, _("It says no policy."), _("Add p=none; to begin with."))
            return
    record = f"_dmarc.{sending.domain}: v=DMARC1; p=none; rua=mailto:…"
    says = _("Nobody is told what to do with mail that others send in your name.")
    yield Check("DMARC", BAD, says, _("Add a TXT record for %(record)s") % {"record": record})


def _mx(sending: Sending, names: Names) -> Iterator[Check]:
    servers = names.ask(sending.domain, "MX")
    if servers and servers != [""]:
        yield Check("MX", WELL, ", ".join(servers[:4]))
    else:
        says = _("Answers and returned mail cannot come back to %(domain)s.") % {"domain": sending.domain}
        yield Check("MX", BAD, says, _("Add an MX record, or send from an address that gets mail."))


def _tls(sending: Sending, _names: Names) -> Iterator[Check]:
    server = sending.server
    if server is None:
        yield Check("TLS", WELL, _("Mail is handed over without a mail server of yours."))
    elif server.trouble == "certificate":
        says = _("The certificate of %(host)s is not valid for it.") % {"host": server.host}
        yield Check("TLS", BAD, says, _("Let whoever runs it renew the certificate; nothing is sent until then."))
    elif server.trouble:
        says = _("%(host)s cannot be reached (%(why)s).") % {"host": server.host, "why": server.trouble}
        yield Check("TLS", BAD, says, _("Look at MAIL_URL and BULK_MAIL_URL."))
    elif server.uses_tls:
        yield Check("TLS", WELL, _("%(host)s is spoken to behind TLS.") % {"host": server.host})
    elif _is_here(server.host):
        yield Check("TLS", WELL, _("The mail server is on this machine."))
    elif server.offers_tls:
        says = _("%(host)s offers TLS, and we do not use it.") % {"host": server.host}
        yield Check("TLS", BAD, says, _("Add ?tls=starttls to MAIL_URL and BULK_MAIL_URL."))
    else:
        says = _("%(host)s speaks without TLS: everybody on the way can read along.") % {"host": server.host}
        yield Check("TLS", BAD, says, _("Choose a mail server that offers TLS."))


def _ptr(sending: Sending, names: Names) -> Iterator[Check]:
    server = sending.server
    if server is None or _is_here(server.host) or server.trouble:
        yield Check("PTR", WELL, _("Your mail service sees to it."))
        return
    address = next(iter(names.ask(server.host, "A") + names.ask(server.host, "AAAA")), "")
    pointed = names.pointer(address) if address else []
    if any(address in names.ask(name, kind) for name in pointed for kind in ("A", "AAAA")):
        yield Check("PTR", WELL, f"{address} · {pointed[0]}")
    else:
        says = _("The address of %(host)s has no name that leads back to it.") % {"host": server.host}
        yield Check("PTR", LOOK, says, _("Ask whoever runs the server for a reverse record."))


def _one_click(sending: Sending, _names: Names) -> Iterator[Check]:
    if sending.site_url.startswith("https://"):
        yield Check("One-click", WELL, _("Every letter can be stopped by one click (RFC 8058)."))
    else:
        says = _("The link that stops a letter begins with http://; mail programs show no button for it.")
        yield Check("One-click", BAD, says, _("Serve the site behind TLS and set SITE_URL to https://…"))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


LABELS: dict[Callable[[Sending, Names], Iterator[Check]], str] = {
    _spf: "SPF",
    _dkim: "DKIM",
    _dmarc: "DMARC",
    _mx: "MX",
    _tls: "TLS",
    _ptr: "PTR",
    _one_click: "One-click",
}
