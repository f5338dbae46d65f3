"""One page, two doors: "tell a friend" in the portal and from a letter's link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict

from journal.recording import Named
from patients.models import Reader
from referral_portal.referrals import actions, policy
from referral_portal.referrals.forms import FriendNamedForm
from referral_portal.referrals.models import PersonalLink, Referral
from referral_portal.referrals.sharing import Share


@dataclass
class Telling:
    """What the page shows, and what a press of one of its buttons did."""

    reader: Reader
    link: PersonalLink | None
    form: FriendNamedForm | None
    referral: Referral | None = None
    trouble: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Return whether the programme is for this reader."""
        return policy.may_refer(self.reader)

    @property
    def share(self) -> Share | None:
        """Return the ways to pass the link on."""
        return Share(self.link) if self.link else None


def shown(reader: Reader) -> Telling:
    """Return the page for a reader; nothing is written."""
    link = PersonalLink.objects.filter(reader=reader).first() if policy.may_refer(reader) else None
    return Telling(reader, link, FriendNamedForm() if policy.may_name(reader) else None)


def pressed(request: HttpRequest, reader: Reader, *, by: Named | str) -> Telling:
    """Do what the pressed button asks: make the link, show or hide the name, told a friend, or name one."""
    page, data, act = shown(reader), request.POST, request.POST.get("act", "")
    try:
        if act == "friend":
            return _named(page, data, by)
        page.link = actions.create_link(reader=reader, by=by)
        if act in {"told", "name"}:
            page.link = actions.show_first_name(link=page.link, shown=bool(data.get("show_first_name")), by=by)
        if act == "told":
            page.referral = actions.tell(reader=reader, by=by)
    except policy.Refused as refused:
        page.trouble = str(refused)
    return page


def _named(page: Telling, data: QueryDict, by: Named | str) -> Telling:
    page.form = FriendNamedForm(data)
    if not page.form.is_valid():
        return page
    found = page.form.cleaned_data
    page.referral = actions.refer(
        reader=page.reader,
        friend_name=found["first_name"],
        friend_contact=found["contact"],
        relation=found["relation"],
        friend_agrees=found["friend_agrees"],
        by=by,
    )
    return page
