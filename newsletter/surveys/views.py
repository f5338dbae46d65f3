"""Surveys in the admin: the questions, what was answered, themes put to answers, a table to take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import may
from accounts.roles import may as holds
from accounts.sessions import user_of
from journal.recording import record, viewed_each
from newsletter.surveys import actions, results
from newsletter.surveys.models import AnswerQuerySet, Survey, Theme
from patients.exporting import in_lines

SURVEYS_A_PAGE, ANSWERS_A_PAGE = 25, 25
SHOWN = {"": gettext_lazy("All"), "low": gettext_lazy("Low"), "untagged": gettext_lazy("Without a theme")}
FILTERS = ("letter", "theme", "show")


@may("surveys.see")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the questions, those that letters may ask first."""
    page = Paginator(Survey.objects.all(), SURVEYS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": results.listed(list(page.object_list)), **_rights(request)}
    return render(request, "surveys/list.html", {**_frame(_("Surveys")), **context})


@may("surveys.see")
@require_safe
def item(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what was answered; words are shown to those who may read them, and that they did is recorded."""
    survey = get_object_or_404(Survey.objects.select_related("followed_by"), ref=ref)
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    answers = _filtered(survey.answers.all(), asked)
    letter = survey.answers.filter(message__dispatch__ref=asked["letter"]) if asked["letter"] else survey.answers.all()
    context = {
        "survey": survey,
        "figures": results.of(survey, letter),
        "letters": results.by_letter(survey),
        "themes": results.by_theme(letter),
        "asked": asked,
        "shown": SHOWN.items(),
        **_rights(request),
    }
    if context["may_read"]:
        page = Paginator(answers.values_list("pk", flat=True), ANSWERS_A_PAGE).get_page(request.GET.get("page"))
        rows = answers.whole(page)
        viewed_each([(one, one.journal_about) for one in rows if one.words], by=user_of(request))
        context |= {"page_obj": page, "answers": rows}
    return render(request, "surveys/item.html", {**_frame(survey.question, crumb=True), **context})


@may("surveys.read")
@require_POST
def tag(request: HttpRequest, ref: str) -> HttpResponse:
    """Put a theme to the chosen answers, or take it off."""
    survey = get_object_or_404(Survey, ref=ref)
    back = {name: value for name in FILTERS if (value := request.POST.get(name, ""))}
    answer = redirect(f"{reverse('surveys:item', args=[survey.ref])}?{urlencode(back)}#answers")
    theme = Theme.objects.filter(pk=_number(request.POST.get("to", ""))).first()
    chosen = survey.answers.filter(ref__in=request.POST.getlist("answer")[:ANSWERS_A_PAGE])
    if theme is None or not chosen:
        messages.error(request, _("Choose answers and a theme first."))
        return answer
    is_on = request.POST.get("act") != "off"
    number = actions.tag(answers=chosen, theme=theme, by=user_of(request), is_on=is_on)
    said = ngettext("%(n)d answer changed: %(theme)s.", "%(n)d answers changed: %(theme)s.", number)
    messages.success(request, said % {"n": number, "theme": theme.name})
    return answer


@may("surveys.read")
@require_POST
def as_table(request: HttpRequest, ref: str) -> StreamingHttpResponse:
    """Hand out the answers for a spreadsheet, without a name and without a live formula."""
    survey = get_object_or_404(Survey, ref=ref)
    asked = {name: request.POST.get(name, "") for name in FILTERS}
    answers = _filtered(survey.answers.all(), asked)
    with transaction.atomic():
        record("survey.handed_out", subject=survey, by=user_of(request), answers=answers.count())
    lines = in_lines(results.table(answers, with_words=True))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{survey.ref}.csv"'
    return answer


def _filtered(answers: AnswerQuerySet, asked: dict[str, str]) -> AnswerQuerySet:
    if asked["letter"]:
        answers = answers.filter(message__dispatch__ref=asked["letter"])
    if asked["theme"]:
        answers = answers.filter(themes=_number(asked["theme"]))
    if asked["show"] == "low":
        answers = answers.low()
    if asked["show"] == "untagged":
        answers = answers.without_theme()
    return answers


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_edit": holds(request.user, "surveys.edit"),
        "may_read": holds(request.user, "surveys.read"),
        "may_see_patients": holds(request.user, "patients.see"),
    }


def _frame(title: str, *, crumb: bool = False) -> dict[str, Any]:
    trail = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if crumb:
        trail.append({"url": reverse("surveys:list"), "label": _("Surveys")})
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "help",
        "breadcrumbs_items": [*trail, {"url": "", "label": title}],
    }
