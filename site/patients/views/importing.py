"""Files from another system on their way in: upload, columns, check before saving, progress, result, undo."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import may
from accounts.models import User
from accounts.sessions import user_of
from journal.recording import viewed
from patients.forms_of_imports import ReadingForm, UploadForm
from patients.importing import actions, showing, telling
from patients.importing.actions import Stale, Undecided
from patients.importing.dates import Order
from patients.importing.refusals import FileRefused
from patients.models import Basis, ImportBatch
from patients.states import AT_WORK, ImportState
from patients.views.ground import frame

A_PAGE = 25
EVERY = 2  # seconds: how often the page of a file under way looks again
FORM_VERBS = ["GET", "HEAD", "POST"]


@may("patients.import")
@require_http_methods(FORM_VERBS)
def imports(request: HttpRequest) -> HttpResponse:
    """Show what was imported, and take a file."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            batch = actions.take(
                stream=given["file"].file,
                name=given["file"].name,
                source=ImportBatch.Source.UPLOAD,
                by=user_of(request),
                basis=Basis.MAY_OBJECT if given["may_write"] else "",
            )
        except FileRefused as refused:
            form.add_error("file", str(refused))
        else:
            if showing.last_time(batch) and showing.lacking(batch) is None:
                actions.check(batch=batch, by=user_of(request))
            return redirect("patients:import_file", ref=batch.ref)
    found = Paginator(ImportBatch.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    people = _people([batch.by for batch in found.object_list])
    context = {
        **frame(_("Import")),
        "form": form,
        "page_obj": found,
        "lines": [(batch, showing.figures(batch), people.get(batch.by, "")) for batch in found.object_list],
    }
    context["header_icon"] = "upload"
    return render(request, "patients/imports.html", context, status=422 if form.errors else 200)


@may("patients.import")
@require_safe
def import_file(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one file as it stands: its columns, the check, how far it is, or what it did."""
    return _page(request, _load(ref))


@may("patients.import")
@require_POST
def import_columns(request: HttpRequest, ref: str) -> HttpResponse:
    """Say how columns are read; the file is checked anew."""
    batch = _load(ref)
    form = ReadingForm(request.POST, batch=batch)
    if not form.is_valid():
        return _page(request, batch, trouble=_("Choose from the lists, please."), status=422)
    return _read(request, batch, form)


@may("patients.import")
@require_POST
def import_start(request: HttpRequest, ref: str) -> HttpResponse:
    """Save what was checked; columns that were changed on the page are checked first."""
    batch = _load(ref)
    form = ReadingForm(request.POST, batch=batch)
    if form.is_valid() and form.differs:
        messages.info(request, _("The columns are read anew. Look once more before you save."))
        return _read(request, batch, form)
    answers = {
        int(name.removeprefix("row-")): str(value)
        for name, value in request.POST.items()
        if re.fullmatch(r"row-\d{1,9}", name)
    }
    try:
        actions.decide(batch=batch, answers=answers, by=user_of(request))
        actions.start(batch=batch, by=user_of(request))
    except Undecided as undecided:
        text = _("Say first of each row whether it is the same person. Open: %(n)s.") % {"n": undecided.left}
        return _page(request, _load(ref), trouble=text, status=422)
    except Stale:
        return _stale(request, ref)
    return redirect("patients:import_file", ref=ref)


@may("patients.import")
@require_POST
def import_drop(request: HttpRequest, ref: str) -> HttpResponse:
    """Leave a file that was not saved."""
    try:
        actions.drop(batch=_load(ref), by=user_of(request))
    except Stale:
        return _stale(request, ref)
    messages.success(request, _("Not imported. The file is deleted."))
    return redirect("patients:imports")


@may("patients.import")
@require_http_methods(FORM_VERBS)
def import_undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Say what undoing takes back; POST takes it back."""
    batch = _load(ref)
    if not batch.can_be_undone:
        return _stale(request, ref)
    if request.method != "POST":
        context = {**_frame(batch, _("Undo")), "batch": batch, "figures": showing.figures(batch)}
        return render(request, "patients/import_undo.html", context)
    try:
        actions.undo(batch=batch, by=user_of(request))
    except Stale:
        return _stale(request, ref)
    return redirect("patients:import_file", ref=ref)


@may("patients.import")
@require_safe
def import_refused(request: HttpRequest, ref: str) -> StreamingHttpResponse:
    """Hand over the refused rows: their numbers and the reasons, nothing of what stands in them."""
    batch = _load(ref)
    name = f"refused-{batch.ref}.csv"
    return StreamingHttpResponse(
        _refused_lines(batch),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


class _Echo:
    """Gives back what a CSV writer writes."""

    def write(self, line: str) -> str:
        return line


def _refused_lines(batch: ImportBatch) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow([_("Row"), _("Column"), _("Why")]))
    for one in telling.rejections(batch):
        column = one["column"]
        yield str(writer.writerow([one["row"], f"'{column}" if column[:1] in "=+-@\t" else column, one["reason"]]))


def _read(request: HttpRequest, batch: ImportBatch, form: ReadingForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        actions.read_as(
            batch=batch,
            kind=given["kind"] or batch.kind,
            places=form.places,
            orders=form.orders,
            basis=form.basis,
            by=user_of(request),
        )
    except FileRefused as refused:
        return _page(request, _load(batch.ref), trouble=str(refused), status=422, is_choosing=True)
    except Stale:
        return _stale(request, batch.ref)
    return redirect("patients:import_file", ref=batch.ref)


def _load(ref: str) -> ImportBatch:
    found = ImportBatch.objects.filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def _stale(request: HttpRequest, ref: str) -> HttpResponse:
    messages.error(request, _("A colleague was faster, or it is done already. The page below is up to date."))
    return redirect("patients:import_file", ref=ref)


def _frame(batch: ImportBatch, title: str) -> dict[str, Any]:
    shown = frame(title, (_("Import"), reverse("patients:imports")))
    shown["header_icon"] = "upload"
    return shown


def _page(
    request: HttpRequest, batch: ImportBatch, *, trouble: str = "", status: int = 200, is_choosing: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {
        "batch": batch,
        "figures": showing.figures(batch),
        "trouble": trouble,
        "orders": [(Order.MONTH_FIRST.value, _("Month first")), (Order.DAY_FIRST.value, _("Day first"))],
    }
    if batch.state in AT_WORK:
        answer = render(request, "patients/import_work.html", {**_frame(batch, _("Import")), **context}, status=status)
        answer["Refresh"] = str(EVERY)
        return answer
    wants_columns = batch.state == ImportState.CHECKED and "columns" in request.GET
    if batch.state == ImportState.TAKEN or is_choosing or wants_columns:
        context |= {
            "columns": showing.columns(batch, all_open=True),
            "choices": showing.choices(batch),
            "kinds": ImportBatch.Kind.choices,
            "lacking": showing.lacking(batch),
        }
        return render(
            request, "patients/import_columns.html", {**_frame(batch, _("Import: columns")), **context}, status=status
        )
    if batch.state == ImportState.CHECKED:
        return _check(request, batch, context, status)
    people = _people([batch.by])
    context |= {"by": people.get(batch.by, ""), "rows": showing.refused_rows(batch)}
    return render(
        request, "patients/import_done.html", {**_frame(batch, _("Import: what it did")), **context}, status=status
    )


def _check(request: HttpRequest, batch: ImportBatch, context: dict[str, Any], status: int) -> HttpResponse:
    asked = showing.questions(batch)
    if asked:
        viewed(batch, by=user_of(request), shown=len(asked))
    context |= {
        "rows": showing.refused_rows(batch),
        "questions": asked,
        "columns": showing.columns(batch),
        "choices": showing.choices(batch),
        "last": showing.last_time(batch),
    }
    return render(
        request,
        "patients/import_check.html",
        {**_frame(batch, _("Import: check before saving")), **context},
        status=status,
    )


def _people(names: list[str]) -> dict[str, str]:
    refs = {name.removeprefix("user:") for name in names if name.startswith("user:")}
    return {f"user:{user.ref}": user.get_full_name() for user in User.objects.filter(ref__in=refs)}
