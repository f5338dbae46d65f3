"""What was answered, in figures: by score, by theme, by letter; too few answers give none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max

from content import merge
from delivery.models import Dispatch, Message
from delivery.states import MessageState
from newsletter.surveys import scales
from newsletter.surveys.models import Answer, AnswerQuerySet, Survey, Theme
from newsletter.surveys.scales import Scale

FEWEST = 5
AT_ONCE = 2_000  # answers that a table reads


@dataclass(frozen=True)
class Bar:
    """How many gave one answer."""

    label: str
    number: int
    is_low: bool


@dataclass(frozen=True)
class Figures:
    """What some answers come to; `bars` is empty and `middle` "" where there are too few to show."""

    total: int = 0
    bars: list[Bar] = field(default_factory=list)
    middle: str = ""
    low: int = 0

    @property
    def is_too_few(self) -> bool:
        """Return whether some answered, but fewer than are shown."""
        return 0 < self.total < FEWEST

    @property
    def most(self) -> int:
        """Return the longest bar."""
        return max((bar.number for bar in self.bars), default=0)


@dataclass(frozen=True)
class LetterRow:
    """One letter that asked the question."""

    ref: str
    subject: str
    sent_at: datetime | None
    letters: int
    figures: Figures


def of(survey: Survey, answers: AnswerQuerySet) -> Figures:
    """Return the figures of some of a survey's answers, by one question."""
    rows = answers.order_by().values_list("score").annotate(number=Count("pk"))
    return _figures(survey, dict(rows))


def by_letter(survey: Survey) -> list[LetterRow]:
    """Return the letters that brought answers, the newest first; three questions however many there are."""
    rows = survey.answers.filter(message__dispatch__isnull=False).order_by()
    counted: dict[int, dict[int, int]] = {}
    for dispatch, score, number in rows.values_list("message__dispatch", "score").annotate(number=Count("pk")):
        counted.setdefault(dispatch, {})[score] = number
    arrived = dict(
        Message.objects.filter(dispatch__in=counted, state=MessageState.ACCEPTED)
        .order_by()
        .values_list("dispatch")
        .annotate(number=Count("pk"))
    )
    dispatches = Dispatch.objects.filter(pk__in=counted)
    named = dispatches.order_by("-started_at", "-pk").values_list("pk", "ref", "letter__subject", "started_at")
    return [
        LetterRow(ref, merge.with_fallbacks(subject or ""), at, arrived.get(pk, 0), _figures(survey, counted[pk]))
        for pk, ref, subject, at in named
    ]


def by_theme(answers: AnswerQuerySet) -> list[tuple[Theme, int]]:
    """Return every theme with how many of the answers are about it, the most frequent first."""
    counted = dict(answers.order_by().values_list("themes").annotate(number=Count("pk")))
    return sorted(((theme, counted.get(theme.pk, 0)) for theme in Theme.objects.all()), key=lambda pair: -pair[1])


def of_dispatch(dispatch: int) -> list[tuple[Survey, Figures]]:
    """Return what one letter's questions brought.

    Args:
        dispatch: the primary key of the letter's sending.
    """
    answers = Answer.objects.filter(message__dispatch=dispatch)
    surveys = Survey.objects.filter(pk__in=answers.order_by().values("survey"))
    return [(survey, of(survey, answers.filter(survey=survey))) for survey in surveys]


@dataclass(frozen=True)
class SurveyRow:
    """One line of the list of surveys."""

    survey: Survey
    figures: Figures
    last_at: datetime | None


def listed(surveys: list[Survey]) -> list[SurveyRow]:
    """Return the lines of a page of surveys; two questions however many there are."""
    counted: dict[int, dict[int, int]] = {}
    answers = Answer.objects.filter(survey__in=surveys).order_by()
    for survey, score, number in answers.values_list("survey", "score").annotate(number=Count("pk")):
        counted.setdefault(survey, {})[score] = number
    last = dict(answers.values_list("survey").annotate(last=Max("given_at")))
    return [SurveyRow(one, _figures(one, counted.get(one.pk, {})), last.get(one.pk)) for one in surveys]


def table(answers: AnswerQuerySet, *, with_words: bool) -> Iterator[list[str]]:
    """Yield the rows of a table for a spreadsheet, its columns' names first; nobody's name is in it."""
    columns = ["day", "letter", "question", "score", "answer", "low", "themes"]
    yield [*columns, *(["words", "may we call"] if with_words else [])]
    asking = Dispatch.objects.filter(pk__in=answers.order_by().values("message__dispatch"))
    subjects = {pk: merge.with_fallbacks(text or "") for pk, text in asking.values_list("pk", "letter__subject")}
    rows = answers.select_related("message").prefetch_related("survey", "themes")
    for one in rows.iterator(chunk_size=AT_ONCE):
        row = [
            one.given_at.date().isoformat(),
            subjects.get(one.message.dispatch_id, "") if one.message and one.message.dispatch_id else "",
            *(one.survey.question, str(one.score), one.label, "yes" if one.is_low else ""),
            "; ".join(theme.name for theme in one.themes.all()),
        ]
        yield [*row, *([one.words, str(one.get_call_display())] if with_words else [])]


def _figures(survey: Survey, counts: Mapping[int, int]) -> Figures:
    total = sum(counts.values())
    low = sum(number for score, number in counts.items() if survey.is_low(score))
    if total < FEWEST:
        return Figures(total=total, low=low)
    bars = [Bar(label, counts.get(score, 0), survey.is_low(score)) for score, label in survey.scores]
    return Figures(total=total, bars=bars, middle=_middle(survey, dict(counts)), low=low)


def _middle(survey: Survey, counts: dict[int, int]) -> str:
    if survey.scale == Scale.TEN:
        return f"{scales.net_promoters(counts):+d}"
    mean = scales.mean(counts)
    return "" if survey.scale == Scale.CHOICES or mean is None else f"{mean:.1f}"
