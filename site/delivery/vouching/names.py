"""What the domain name system says, asked through a small interface that a test can take the place of."""

from __future__ import annotations

from typing import Protocol, cast

import dns.exception
import dns.resolver
import dns.reversename
from django.conf import settings
from django.utils.module_loading import import_string

SECONDS = 2.0
OURS = "delivery.vouching.names.Dns"


class Unasked(Exception):
    """The name servers could not be asked: nothing is known, which is another thing than that there is nothing."""


class Names(Protocol):
    """Answers questions to the domain name system."""

    def ask(self, name: str, kind: str) -> list[str]:
        """Return the records of one kind, TXT joined; [] where there are none.

        Raises:
            Unasked: when nobody answered.
        """

    def pointer(self, address: str) -> list[str]:
        """Return the names that an IP address has.

        Raises:
            Unasked: when nobody answered.
        """


def asked() -> Names:
    """Return this machine's name servers, or what settings.NAMES names in their place."""
    return cast(Names, import_string(getattr(settings, "NAMES", OURS))())


class Dns:
    """The real one: this machine's name servers."""

    def __init__(self) -> None:
        self.resolver = dns.resolver.Resolver()
        self.resolver.lifetime = SECONDS

    def ask(self, name: str, kind: str) -> list[str]:
        """Return the records; see Names.ask."""
        try:
            answer = self.resolver.resolve(name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, UnicodeError) as error:
            raise Unasked(type(error).__name__) from error
        if kind == "TXT":
            return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
        if kind == "MX":
            return [str(record.exchange).rstrip(".") for record in sorted(answer, key=lambda one: one.preference)]
        return [str(record).rstrip(".") for record in answer]

    def pointer(self, address: str) -> list[str]:
        """Return the names of an address; see Names.pointer."""
        try:
            return self.ask(str(dns.reversename.from_address(address)), "PTR")
        except dns.exception.SyntaxError:
            return []
