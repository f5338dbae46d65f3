"""A letter looked at as somebody: nobody, a typical reader, or a patient whose record may be read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import may
from accounts.sessions import user_of
from content import mjml
from content.letter_pages import letter_answer, text_answer
from delivery.envelope import Letter
from journal.recording import viewed
from newsletter.campaigns import looking
from newsletter.campaigns.looking import Look
from newsletter.campaigns.screens import screen
from newsletter.campaigns.written import newest
from newsletter.editions.letter import NoPractice, compose, for_everyone
from newsletter.editions.models import EditionPage
from newsletter.editions.previews import in_scheme
from newsletter.editions.ways import InWays
from patients import finding, segments
from patients.finding import Asked
from patients.segments.counting import may_read_all

SHOWN = {
    "light": gettext_lazy("E-mail, light"),
    "dark": gettext_lazy("E-mail, dark"),
    "text": gettext_lazy("Plain text"),
}
MOST_FOUND = 10


@may("newsletters.edit")
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter as somebody gets it, and let another be chosen."""
    edition = get_object_or_404(EditionPage, pk=pk)
    written = InWays(newest(edition))
    asked, shown = request.GET.get("as", ""), request.GET.get("show", "light")
    look, trouble = None, ""
    try:
        look = _looked(request, written, asked)
    except looking.NoSuchLook as error:
        trouble = str(error) if kind_of(asked) == "segment" else _("There is nobody like that.")
    sees_patients = may_read_all(request.user)
    words = request.GET.get("q", "").strip()
    found = finding.page(Asked(view="all", text=words)).patients[:MOST_FOUND] if sees_patients and words else []
    if words and sees_patients:
        viewed("patients:list", by=user_of(request), view="letter", shown=len(found))
    return screen(
        request,
        "preview.html",
        _("Preview"),
        {
            "edition": edition,
            "written": written.edition,
            "look": look,
            "trouble": trouble,
            "asked": asked,
            "shown": shown,
            "modes": SHOWN.items(),
            "frame": f"{reverse('newsletters:preview_letter', args=[pk])}?{urlencode({'as': asked, 'show': shown})}",
            "segments": [one for one in segments.choices() if sees_patients or not one.is_clinical],
            "sees_patients": sees_patients,
            "words": words,
            "found": found,
        },
        above=[(_("Send"), reverse("newsletters:send", args=[pk]))],
    )


@may("newsletters.edit")
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the letter itself, in a frame of its own."""
    written = InWays(newest(get_object_or_404(EditionPage, pk=pk)))
    try:
        look = _looked(request, written, request.GET.get("as", ""))
        made = for_everyone(_composed(written, look), first_name=look.first_name)
    except looking.NoSuchLook as error:
        raise Http404 from error
    except (mjml.Refused, NoPractice) as error:
        return text_answer(request, str(error))
    show: dict[str, Callable[[], HttpResponse]] = {
        "dark": lambda: letter_answer(request, in_scheme(made.html, is_dark=True)),
        "text": lambda: text_answer(request, made.text),
    }
    light = letter_answer
    found = show.get(request.GET.get("show", ""))
    return found() if found else light(request, in_scheme(made.html, is_dark=False))


def kind_of(asked: str) -> str:
    """Return what kind of reader is asked for: way, segment, patient."""
    return asked.partition(":")[0]


def _composed(written: InWays, look: Look) -> Letter:
    return compose(written.edition, shows_failures=True) if look.way is None else written.letter(look.way)


def _looked(request: HttpRequest, written: InWays, asked: str) -> Look:
    """Return as whom somebody looks; to look as a patient is to read their record, and is written down as that."""
    look = looking.look(written, asked, user=request.user)
    if look.patient is not None:
        viewed(look.patient, by=user_of(request), about=look.patient, part="letter")
    return look
