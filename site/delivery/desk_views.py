"""The desk: what a patient told a colleague about mail, texts and letters; the paper form for that, to print."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import may
from accounts.sessions import user_of
from delivery import choosing_page, policy
from delivery.forms import DeskForm
from journal.recording import viewed
from patients import choosing, topics, wordings
from patients.choices import WAYS, Choices, choices_of, sample
from patients.models import Patient
from patients.reasons import in_words
from patients.views.ground import frame, load

UNPROCESSABLE = 422


@may("patients.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what a patient gets, and why not more; keep what they said at the desk or on paper, in one save."""
    patient = load(ref)
    standing = choices_of(patient.reader)
    if request.method != "POST":
        viewed(patient, by=user_of(request), about=patient, part="preferences")
        return _page(request, patient, standing, DeskForm(initial={"how": "in_person"}))
    form = DeskForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, standing, form, status=UNPROCESSABLE)
    is_paper = form.cleaned_data["how"] == "paper"
    day = form.cleaned_data["signed_on"]
    choosing.choose(
        reader=standing.reader,
        by=user_of(request),
        source="paper" if is_paper else "desk",
        wording_version=wordings.PAPER if is_paper else wordings.PREFERENCES,
        evidence={"how": form.cleaned_data["how"], **({"on": day.isoformat()} if day else {})},
        **form.chosen(),
    )
    messages.success(request, _("Saved. This is what they get from now on."))
    return redirect("consent:preferences", ref=patient.ref)


@may("patients.edit")
@require_safe
def form_for(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the paper form with one patient's name and present choices, in the language we write them, to print."""
    patient = load(ref)
    viewed(patient, by=user_of(request), about=patient, part="preferences")
    choices = choices_of(patient.reader)
    return _paper(request, choices, patient, choices.reader.language)


@may("patients.edit")
@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    """Show the paper form for anybody, in English or `?language=`, to print a pile of."""
    return _paper(request, sample(), None, request.GET.get("language", ""))


def _page(
    request: HttpRequest, patient: Patient, standing: Choices, form: DeskForm, *, status: int = 200
) -> HttpResponse:
    here = (str(patient), reverse("patients:record", args=[patient.ref]))
    chosen = form.data.getlist("wanted") if form.is_bound and hasattr(form.data, "getlist") else None
    context: dict[str, Any] = {
        **frame(_("What they get from us"), here),
        **choosing_page.shown(standing),
        "patient": patient,
        "form": form,
        "checked": standing.wanted if chosen is None else frozenset(chosen),
        "goes_to": standing.reader if standing.reader.pk != patient.reader_id else None,
        "kept_back": _kept_back(patient),
    }
    return render(request, "consent/preferences.html", context, status=status)


def _kept_back(patient: Patient) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Return for each reason in words what it keeps back: topics with their ways."""
    found: dict[str, list[tuple[Any, Any]]] = {}
    for (topic, channel), reason in policy.outlook(patient.reader).items():
        if reason:
            found.setdefault(reason, []).append((topics.TOPICS[topic].label, WAYS[channel]))
    return [(in_words(reason), what) for reason, what in found.items()]


def _paper(request: HttpRequest, choices: Choices, patient: Patient | None, language: str) -> HttpResponse:
    context = {
        **frame(_("Form: what I want to get")),
        **choosing_page.shown(choices),
        "patient": patient,
        "language": language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        "wording": wordings.shown()[wordings.PAPER],
        "version": wordings.PAPER,
    }
    return render(request, "consent/paper.html", context)
