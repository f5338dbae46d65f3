"""What staff change of a record, each on a page of its own that works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import may
from accounts.sessions import user_of
from journal.recording import viewed
from patients import actions, editing, lines
from patients.forms import ConfidantForm, FactsForm, NoteForm, PersonForm, PointForm, StatusForm
from patients.models import Confidant, ContactPoint, Patient
from patients.reading import names_of
from patients.views.ground import frame, load
from patients.views.record import here

FORM_VERBS = ["GET", "HEAD", "POST"]
UNPROCESSABLE, CONFLICT = 422, 409
PERSON_COLUMNS = tuple(name for name in PersonForm.base_fields if name != "version")


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change who somebody is; what a colleague changed meanwhile is not overwritten."""
    patient = load(ref)
    if request.method != "POST":
        viewed(patient, by=user_of(request), about=patient, part="data")
        return _form(request, patient, PersonForm.of(patient), _("Change data"))
    form = PersonForm(request.POST, patient=patient)
    if not form.is_valid():
        return _form(request, patient, form, _("Change data"), status=UNPROCESSABLE)
    values = {name: form.cleaned_data[name] for name in PERSON_COLUMNS}
    try:
        editing.edit(patient=patient, by=user_of(request), version=form.cleaned_data["version"], **values)
    except editing.Stale:
        return _stale(request, patient, PersonForm.of(load(ref)), _("Change data"))
    messages.success(request, _("Saved."))
    return redirect("patients:record", ref=ref)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def add(request: HttpRequest) -> HttpResponse:
    """Add a patient by hand."""
    form = PersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = UNPROCESSABLE if request.method == "POST" else 200
        return render(request, "patients/form.html", {**frame(_("Add a patient")), "form": form}, status=status)
    given = form.cleaned_data
    home = {name: given[name] for name in editing.OF_HOME}
    rest = {name: given[name] for name in PERSON_COLUMNS if name not in home}
    patient = editing.add(by=user_of(request), **rest)
    editing.edit(patient=patient, by=user_of(request), **home)
    messages.success(request, _("Added. Add a phone or an e-mail address next."))
    return redirect("patients:contact", ref=patient.ref)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a note."""
    patient = load(ref)

    def write(form: forms.Form) -> None:
        editing.write_note(patient=patient, text=form.cleaned_data["text"], by=user_of(request))

    return _taken(request, patient, NoteForm(request.POST or None), _("Write a note"), write)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def facts(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose tags, and say what the practice's own facts are."""
    patient = load(ref)
    form = FactsForm(request.POST if request.method == "POST" else None, patient=patient)

    def write(form: forms.Form) -> None:
        editing.set_tags(patient=patient, tags=form.cleaned_data["tags"], by=user_of(request))
        if isinstance(form, FactsForm):
            editing.set_facts(patient=patient, values=form.values, by=user_of(request))

    return _taken(request, patient, form, _("Tags and facts"), write)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def status(request: HttpRequest, ref: str) -> HttpResponse:
    """Say how it stands between somebody and us."""
    patient = load(ref)
    if request.method != "POST":
        form = StatusForm(initial={"status": patient.status, "version": patient.version})
        return _form(request, patient, form, _("How it stands"))
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _form(request, patient, form, _("How it stands"), status=UNPROCESSABLE)
    given = form.cleaned_data
    try:
        editing.change_status(patient=patient, status=given["status"], version=given["version"], by=user_of(request))
    except editing.Stale:
        now = load(ref)
        return _stale(
            request, now, StatusForm(initial={"status": now.status, "version": now.version}), _("How it stands")
        )
    except editing.Refused:
        messages.error(request, _("They are marked as deceased. Say first that this was a mistake."))
        return redirect("patients:record", ref=ref)
    messages.success(request, _("Saved."))
    return redirect("patients:record", ref=ref)


@may("patients.edit")
@require_POST
def deceased(request: HttpRequest, ref: str) -> HttpResponse:
    """Stop everything to somebody at once: one click, no reason."""
    actions.mark_deceased(patient=load(ref), by=user_of(request))
    messages.success(request, _("Everything is stopped, also what was waiting to be sent."))
    return redirect("patients:record", ref=ref)


@may("patients.edit")
@require_POST
def living(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back that somebody died; what was stopped within the last hour waits again."""
    actions.mark_living(patient=load(ref), by=user_of(request))
    messages.success(request, _("Taken back. What was stopped within the last hour waits again."))
    return redirect("patients:record", ref=ref)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def contact(request: HttpRequest, ref: str) -> HttpResponse:
    """Show every phone and address, and add one."""
    patient = load(ref)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        editing.add_point(patient=patient, by=user_of(request), **given)
        messages.success(request, _("Added."))
        return redirect("patients:contact", ref=ref)
    if request.method != "POST":
        viewed(patient, by=user_of(request), about=patient, part="contact")
    points = [
        (point, point.address if point.channel == "email" else lines.spoken(point.address))
        for point in editing.points_of(patient)
    ]
    context = {**frame(_("Phones and e-mail"), here(patient)), "patient": patient, "form": form, "points": points}
    return render(request, "patients/contact.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@may("patients.edit")
@require_POST
def point(request: HttpRequest, ref: str, point: str, noun: str) -> HttpResponse:
    """Put one address first, keep that it was verified, or take it away."""
    patient = load(ref)
    found = ContactPoint.objects.select_related("reader__patient").filter(pk=point, reader=patient.reader).first()
    if found is None:
        raise Http404
    acts: dict[str, tuple[Callable[..., None], str]] = {
        "first": (editing.make_primary, _("It comes first now.")),
        "verification": (editing.verify_point, _("Marked as verified.")),
        "removal": (editing.remove_point, _("Removed.")),
    }
    act, said = acts[noun]
    act(point=found, by=user_of(request))
    messages.success(request, said)
    return redirect("patients:contact", ref=ref)


@may("patients.edit")
@require_http_methods(FORM_VERBS)
def confidants(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who may be told, and add somebody."""
    patient = load(ref)
    form = ConfidantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        editing.add_confidant(patient=patient, by=user_of(request), **form.cleaned_data)
        messages.success(request, _("Added."))
        return redirect("patients:confidants", ref=ref)
    if request.method != "POST":
        viewed(patient, by=user_of(request), about=patient, part="confidants")
    context = {**frame(_("Who may be told"), here(patient)), "patient": patient, "form": form}
    found = list(patient.confidants.all())
    names = names_of(one.added_by for one in found)
    context["confidants"] = [(one, names.get(one.added_by, one.added_by)) for one in found]
    return render(request, "patients/confidants.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@may("patients.edit")
@require_POST
def end_confidant(request: HttpRequest, ref: str, uuid: str) -> HttpResponse:
    """End that somebody may be told."""
    patient = load(ref)
    found = Confidant.objects.select_related("patient").filter(pk=uuid, patient=patient).first()
    if found is None:
        raise Http404
    editing.remove_confidant(confidant=found, by=user_of(request))
    messages.success(request, _("They are not told any more."))
    return redirect("patients:confidants", ref=ref)


def _taken(
    request: HttpRequest, patient: Patient, form: forms.Form, title: str, write: Callable[[forms.Form], None]
) -> HttpResponse:
    """Write what a good form says and go back to the page; show the form otherwise."""
    if request.method != "POST":
        return _form(request, patient, form, title)
    if not form.is_valid():
        return _form(request, patient, form, title, status=UNPROCESSABLE)
    write(form)
    messages.success(request, _("Saved."))
    return redirect("patients:record", ref=patient.ref)


def _stale(request: HttpRequest, patient: Patient, form: forms.Form, title: str) -> HttpResponse:
    trouble = _("A colleague changed this record meanwhile. Below is what stands now; nothing of yours was saved.")
    return _form(request, patient, form, title, status=CONFLICT, trouble=trouble)


def _form(
    request: HttpRequest, patient: Patient, form: forms.Form, title: str, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {**frame(title, here(patient)), "patient": patient, "form": form, "trouble": trouble}
    return render(request, "patients/form.html", context, status=status)
