"""Checks of the letter as it leaves: its size, its sender, the postal address, the way out."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import merge
from delivery.envelope import Letter
from newsletter.editions import parts
from newsletter.editions.checks.outcomes import Check, Verdict, at_block, in_editor
from newsletter.editions.models import EditionPage
from practice.models import Location, Practice

GMAIL_CLIPS_AT = 102 * 1024
SMALL_ENOUGH = 90 * 1024
# where anybody gets a mailbox: a domain that no practice can vouch for
MAILBOXES = frozenset(
    {
        *("aol.com", "att.net", "bellsouth.net", "charter.net", "comcast.net", "cox.net", "duck.com", "earthlink.net"),
        *(
            "fastmail.com",
            "gmail.com",
            "gmx.com",
            "gmx.net",
            "googlemail.com",
            "hotmail.com",
            "hotmail.es",
            "hushmail.com",
        ),
        *(
            "icloud.com",
            "juno.com",
            "live.com",
            "mac.com",
            "mail.com",
            "me.com",
            "msn.com",
            "outlook.com",
            "outlook.es",
        ),
        *("proton.me", "protonmail.com", "rocketmail.com", "sbcglobal.net", "tuta.com", "verizon.net", "yahoo.com"),
        *("yahoo.es", "yahoo.com.mx", "yandex.com", "ymail.com", "zoho.com", "outlook.es"),
    }
)


def size(edition: EditionPage, whole: Letter) -> Check:
    """Demand that Gmail does not cut the letter; ask for a look above 90 kB."""
    name = gettext_lazy("Size and plain text")
    where = in_editor(edition, "body")
    weight = len(whole.html.encode())
    words = {"size": round(weight / 1024)}
    if weight > GMAIL_CLIPS_AT:
        sentence = _("%(size)d kB: Gmail cuts it at 102 kB, with the way out.") % words
        return Check(name, Verdict.MUST_FIX, sentence, where)
    if weight > SMALL_ENOUGH:
        return Check(name, Verdict.LOOK, _("%(size)d kB, close to the 102 kB where Gmail cuts.") % words, where)
    sentence = _("%(size)d kB; Gmail cuts at 102 kB. The plain text stands beside it.") % words
    return Check(name, Verdict.FINE, sentence, where)


def web_copy(edition: EditionPage) -> Iterator[Check]:
    """Demand that each block can be drawn for the web too: one that fails there alone would be missing quietly."""
    if not edition.is_public:
        return
    for failure in parts.unfit_for_the_web(edition):
        yield Check(gettext_lazy("Web copy"), Verdict.MUST_FIX, failure.why, at_block(edition, failure.block))


def way_out(edition: EditionPage, whole: Letter | None) -> Iterator[Check]:
    """Demand the postal address and every way out, in HTML and in plain text; nothing of a letter not made yet."""
    if whole is not None:
        yield _way_out(edition, whole)


def _way_out(edition: EditionPage, whole: Letter) -> Check:
    name = gettext_lazy("Sender and way out")
    location = Location.objects.first()
    if location is None or not location.street.strip() or location.street not in whole.text:
        sentence = _("The postal address is missing. Enter it under Settings.")
        return Check(name, Verdict.MUST_FIX, sentence, _of_location(location))
    ways = {"unsubscribe_url", "preferences_url", "view_url", "why_url"}
    if not ways <= merge.tags_in(whole.html) or not ways <= merge.tags_in(whole.text):
        return Check(name, Verdict.MUST_FIX, _("The link to unsubscribe is missing."), in_editor(edition, "body"))
    sentence = _("Postal address and one-click unsubscribe are in.")
    return Check(name, Verdict.FINE, sentence, _of_location(location))


def sender(edition: EditionPage) -> Iterator[Check]:
    """Demand an address of one's own to write from; ask for a look at one of another domain than the practice's.

    Gmail and Yahoo refuse letters to many that come from an address of theirs by another way (their rules for senders,
    February 2024). Whether the domain vouches for our server is the sender doctor's to find out.
    """
    practice = Practice.get()
    if practice is None:
        return
    name = gettext_lazy("Sender")
    where = reverse("wagtailsnippets_practice_practice:edit", args=[practice.pk])
    domain = practice.sender_email.rpartition("@")[2].casefold()
    own = practice.domain.strip().casefold().rstrip(".")
    words = {"address": practice.sender_email, "domain": own}
    if domain in MAILBOXES:
        sentence = _("Letters come from %(address)s, a public mailbox; mail programs refuse them. Use your own domain.")
        yield Check(name, Verdict.MUST_FIX, sentence % words, where)
    elif not own or not (domain == own or domain.endswith(f".{own}")):
        sentence = _("Letters come from %(address)s, but the practice's mail domain is %(domain)s.") % words
        yield Check(name, Verdict.LOOK, sentence, where)


def _of_location(location: Location | None) -> str:
    if location is None:
        return reverse("wagtailsnippets_practice_location:add")
    return reverse("wagtailsnippets_practice_location:edit", args=[location.pk])
