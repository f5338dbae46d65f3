"""Records that may be one person: the list, two side by side, and a merge that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import may
from accounts.sessions import user_of
from journal.recording import viewed
from patients import duplicates, lines, merging, records
from patients.editing import Refused, Stale
from patients.forms import MergeForm, OtherForm
from patients.models import LookAlike, Merge, Patient
from patients.records import Person
from patients.views.ground import frame, load
from patients.views.record import here
from practice import clocks

A_PAGE = 25
REFUSALS = {
    "same": _("This is the same record."),
    "erased": _("One of the two is being erased. It cannot be merged any more."),
}


@dataclass(frozen=True)
class Row:
    """One fact of two records beside each other."""

    name: str
    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.first != self.second and bool(self.first) and bool(self.second)


@may("patients.merge")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show pairs that nobody decided about, the likeliest first."""
    rows = LookAlike.objects.filter(told_apart_at__isnull=True).order_by("-score", "pk")
    rows = rows.select_related("first__reader", "second__reader").only(
        *("ref", "score", "signs", "first__ref", "first__born_on", "first__status", "second__ref", "second__born_on"),
        *("second__status", "first__reader__given_name", "first__reader__family_name", "second__reader__given_name"),
        "second__reader__family_name",
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    viewed("patients:duplicates", by=user_of(request), shown=len(page.object_list))
    today = clocks.today()
    pairs = [
        (pair, [(one.ref, str(one), lines.born(one, today)) for one in (pair.first, pair.second)], signs_of(pair))
        for pair in page.object_list
    ]
    context = {**frame(_("Possible duplicates")), "page_obj": page, "pairs": pairs}
    return render(request, "patients/duplicates.html", context)


@may("patients.merge")
@require_http_methods(["GET", "HEAD", "POST"])
def merges(request: HttpRequest, ref: str) -> HttpResponse:
    """Name the record that is the same person, and show the merges that can be taken back."""
    patient = load(ref)
    form = OtherForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        return redirect("patients:side_by_side", ref=ref, other=form.cleaned_data["other"].ref)
    context = {
        **frame(_("Merge"), here(patient)),
        "patient": patient,
        "form": form,
        "merges": list(Merge.objects.filter(survivor=patient, undone_at__isnull=True)),
        "alike": [
            pair.second if pair.first_id == patient.pk else pair.first
            for pair in LookAlike.objects.filter(told_apart_at__isnull=True)
            .filter(first=patient)
            .union(LookAlike.objects.filter(told_apart_at__isnull=True, second=patient))
        ],
    }
    return render(request, "patients/merges.html", context, status=422 if form.is_bound else 200)


@may("patients.merge")
@require_http_methods(["GET", "HEAD", "POST"])
def side_by_side(request: HttpRequest, ref: str, other: str) -> HttpResponse:
    """Show two records beside each other; POST merges the second into the first."""
    first, second = load(ref), load(other)
    if first.pk == second.pk:
        raise Http404
    if request.method == "POST":
        form = MergeForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                merging.merge(
                    survivor=first,
                    gone=second,
                    by=user_of(request),
                    reason=given["reason"],
                    chosen=[name for name in merging.CHOICES if request.POST.get(f"of_{name}") == "second"],
                    version=given["first_version"],
                    gone_version=given["second_version"],
                )
            except Stale:
                messages.error(request, _("A colleague changed one of them meanwhile. Below is what stands now."))
                return _beside(request, first, second, MergeForm(), status=409)
            except Refused as refused:
                messages.error(request, REFUSALS.get(str(refused), _("These two cannot be merged.")))
                return redirect("patients:record", ref=ref)
            messages.success(request, _("They are one record now. Under “Merge” it can be taken back."))
            return redirect("patients:record", ref=ref)
        return _beside(request, first, second, form, status=422)
    for one in (first, second):
        viewed(one, by=user_of(request), about=one, part="merge")
    return _beside(request, first, second, MergeForm())


@may("patients.merge")
@require_POST
def tell_apart(request: HttpRequest, pair: str) -> HttpResponse:
    """Keep that two who look alike are two people."""
    duplicates.tell_apart(pair=get_object_or_404(LookAlike, ref=pair), by=user_of(request))
    messages.success(request, _("They are two people. This pair is not shown again."))
    return redirect("patients:duplicates")


@may("patients.merge")
@require_POST
def unmerge(request: HttpRequest, ref: str, merge: str) -> HttpResponse:
    """Take a merge back."""
    patient = load(ref)
    found = get_object_or_404(Merge, ref=merge, survivor=patient)
    try:
        gone = merging.unmerge(merge=found, by=user_of(request))
    except Refused:
        messages.error(request, _("Take back the later merge first; one that was erased or taken back stays so."))
        return redirect("patients:merges", ref=ref)
    said = _("Taken back: both records stand as they were. What came since stays with %(ref)s.")
    messages.success(request, said % {"ref": ref})
    return redirect("patients:record", ref=gone.ref)


def _beside(
    request: HttpRequest, first: Patient, second: Patient, form: MergeForm, *, status: int = 200
) -> HttpResponse:
    first, second = load(first.ref), load(second.ref)
    pair = LookAlike.objects.filter(first=min(first.pk, second.pk), second=max(first.pk, second.pk)).first()
    form.initial = {"first_version": first.version, "second_version": second.version}
    context: dict[str, Any] = {
        **frame(_("Is this one person?"), (_("Possible duplicates"), reverse("patients:duplicates"))),
        "first": first,
        "second": second,
        "rows": rows_of(first, second),
        "parts": parts_of(first, second),
        "pair": pair,
        "signs": signs_of(pair) if pair else [],
        "form": form,
    }
    return render(request, "patients/side_by_side.html", context, status=status)


def rows_of(first: Patient, second: Patient) -> list[Row]:
    """Return the facts of two records beside each other."""
    labels = {
        "given_name": _("First name"),
        "family_name": _("Last name"),
        "language": _("Language"),
        "born_on": _("Birth date"),
        "gender": _("Gender"),
        "payer_class": _("Who pays"),
        "source": _("Came by"),
        "location": _("Location"),
        "provider": _("Provider"),
        "responsible": _("Who answers for them"),
        "external_id": _("Number in the older system"),
    }
    return [Row(name, label, _said(first, name), _said(second, name)) for name, label in labels.items()]


def _said(patient: Patient, name: str) -> str:
    owner: Any = patient.reader if name in merging.OF_READER else patient
    if name == "born_on":
        return date_format(patient.born_on, "M j, Y") if patient.born_on else ""
    shown = getattr(owner, f"get_{name}_display", None)
    value = shown() if shown else getattr(owner, name)
    return "" if value is None else str(value)


def parts_of(first: Patient, second: Patient) -> list[tuple[Any, int, int]]:
    """Return how much of each kind the two have: all of it is kept."""
    counted = [records.counts(Person.of(one)) for one in (first, second)]
    return [
        (label, counted[0][tab], counted[1][tab])
        for tab, label in records.TABS.items()
        if any(one[tab] for one in counted)
    ]


def signs_of(pair: LookAlike) -> list[Any]:
    """Return in words what speaks for one person."""
    return [duplicates.SIGNS[sign] for sign in pair.signs if sign in duplicates.SIGNS]
