"""The five persons of the demo: who they are, and where each begins."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DOMAIN = "juniper-row.example"


@dataclass(frozen=True)
class Person:
    """Somebody whom a visitor of the demo may be.

    Attributes:
        name: first and last name.
        email: the address of the account.
        what: what they do, in a word or two.
        story: what they want, in a sentence.
        start: the page they begin with.
    """

    name: str
    email: str
    what: str | Promise
    story: str | Promise
    start: str


PERSONS: dict[str, Person] = {
    "editor": Person(
        "Hannah Whitlock",
        f"hannah@{DOMAIN}",
        _("Editor"),
        _("Writes the monthly letter, sends it, and sees what it brought."),
        "/admin/",
    ),
    "coordinator": Person(
        "Rosa Delgado",
        f"rosa@{DOMAIN}",
        _("Coordinator"),
        _("Sees what is new, calls, books, writes back, and thanks."),
        "/admin/inbox/",
    ),
    "owner": Person(
        "Maren Okafor",
        f"okafor@{DOMAIN}",
        _("Owner"),
        _("Wants one page a week, and no surprises."),
        "/admin/",
    ),
    "office": Person(
        "Dana Whitcomb",
        "dana@saltmarsh.example",
        _("Referring office"),
        _("Sends five patients a day to specialists, and wants to know what became of them."),
        "/portal/office/cases/",
    ),
    "patient": Person(
        "Margaret Ellison",
        "margaret.ellison@mail.example",
        _("Patient"),
        _("Is 71, reads on her phone, and likes to tell a friend."),
        "/portal/me/",
    ),
}
