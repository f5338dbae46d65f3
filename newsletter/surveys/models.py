"""A survey (one question), its answers with their sealed words, and the themes that staff find in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from delivery.models import Message
from newsletter.surveys import scales
from newsletter.surveys.scales import Scale
from patients.models import Reader
from practice.models import StaffMember
from practice.spoken import Said, in_spanish
from vault import ids
from vault.fields import RefField, SealedTextField


class Theme(models.Model):
    """What answers are about, as staff find it in them."""

    name = models.CharField(_("name"), max_length=40, unique=True, help_text=_("As colleagues see it."))
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("theme")
        ordering: ClassVar[list[str]] = ["order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(name=""), name="surveys_theme_has_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Readings of surveys."""

    def open(self) -> SurveyQuerySet:
        """Return those that letters may ask."""
        return self.filter(is_open=True)


class Survey(models.Model):
    """One question that letters ask."""

    Scale = Scale
    SPOKEN: ClassVar[tuple[str, ...]] = tuple(
        f"{name}{ending}"
        for name in ("question", "low_words", "high_words", "choices", "more")
        for ending in ("", "_es")
    )
    journal_kind = "survey"

    ref = RefField(prefix="QU")
    question = models.CharField(_("question"), max_length=120, help_text=_("One question. Name no illness."))
    question_es = in_spanish(_("question"), 120)
    said_question = Said("question")
    scale = models.CharField(_("how it is answered"), max_length=8, choices=Scale.choices, default=Scale.FIVE)
    low_words = models.CharField(_("words at the low end"), max_length=40, blank=True, default="poor")
    low_words_es = in_spanish(_("words at the low end"), 40)
    said_low_words = Said("low_words")
    high_words = models.CharField(_("words at the high end"), max_length=40, blank=True, default="great")
    high_words_es = in_spanish(_("words at the high end"), 40)
    said_high_words = Said("high_words")
    choices = models.TextField(
        _("answers in words"), blank=True, help_text=_("One a line, the least happy one first. Two to six.")
    )
    choices_es = models.TextField(
        _("answers in words in Spanish"), blank=True, help_text=_("The same answers, in the same order.")
    )
    more = models.CharField(
        _("and then"),
        max_length=120,
        blank=True,
        default="What should we know?",
        help_text=_("A second question, answered in the reader’s own words. Empty: it is not asked."),
    )
    more_es = in_spanish(_("and then"), 120)
    said_more = Said("more")
    low_at_most = models.PositiveSmallIntegerField(
        _("this score and lower is low"),
        null=True,
        blank=True,
        default=scales.LOW_AT_FIRST[Scale.FIVE],
        help_text=_("A low answer becomes a follow-up for today. Answers in words count from 1. Empty: none is low."),
    )
    followed_by = models.ForeignKey(
        StaffMember,
        verbose_name=_("who follows a low answer up"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty, or away that day: whoever is on duty."),
    )
    is_open = models.BooleanField(
        _("letters may ask it"), default=True, help_text=_("Off: it is over. Its links say so, and its answers stay.")
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        ordering: ClassVar[list[str]] = ["-is_open", "-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(scale__in=Scale.values), name="surveys_scale_is_known"),
            models.CheckConstraint(condition=~Q(question=""), name="surveys_survey_asks_something"),
            models.CheckConstraint(
                condition=~Q(scale=Scale.CHOICES) | ~Q(choices=""), name="surveys_choices_have_words"
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Refuse choices that do not fit each other, a low score off the scale, and another scale once answered."""
        wrong = {
            name: found
            for name, found in (
                *((name, self._wrong_braces(name)) for name in self.SPOKEN),
                ("choices", self._wrong_choices()),
                ("choices_es", self._wrong_choices_in_spanish()),
                ("low_at_most", self._wrong_low()),
                ("scale", self._wrong_change()),
            )
            if found
        }
        if wrong:
            raise ValidationError(wrong)

    def _wrong_braces(self, name: str) -> str:
        if not {"{", "}"} & set(getattr(self, name)):
            return ""
        return _now("No merge tags here: the same words stand on the page behind the link.")

    def _wrong_choices(self) -> str:
        if self.scale != Scale.CHOICES:
            return ""
        given = scales.lines(self.choices)
        if not scales.FEWEST_CHOICES <= len(given) <= scales.MOST_CHOICES:
            return _now("Write two to six answers, one a line.")
        if max(map(len, given)) > scales.LONGEST_CHOICE:
            return _now("An answer is longer than %(n)d characters.") % {"n": scales.LONGEST_CHOICE}
        return _now("The same answer stands there twice.") if len(set(given)) < len(given) else ""

    def _wrong_choices_in_spanish(self) -> str:
        given = scales.lines(self.choices_es)
        if self.scale != Scale.CHOICES or not given or len(given) == len(scales.lines(self.choices)):
            return ""
        return _now("In Spanish there must be as many answers as in English.")

    def _wrong_low(self) -> str:
        if self.low_at_most is None or self.low_at_most in list(self.span)[:-1]:
            return ""
        return _now("The best answer cannot be low, nor one that the scale does not have.")

    def _wrong_change(self) -> str:
        stood = Survey.objects.filter(pk=self.pk).first() if self.pk else None
        if stood is None or (stood.scale == self.scale and len(stood.span) == len(self.span)):
            return ""
        if not self.answers.exists():
            return ""
        return _now("There are answers on this scale already. Make a new survey to ask in another way.")

    @property
    def span(self) -> range:
        """Return the scores that there are."""
        return scales.span(self.scale, len(scales.lines(self.choices)))

    @property
    def in_words(self) -> list[str]:
        """Return the answers in words, in the language that is spoken; none where it is answered by a number."""
        if self.scale != Scale.CHOICES:
            return []
        english, spoken = scales.lines(self.choices), scales.lines(Said("choices").__get__(self, Survey))
        return spoken if len(spoken) == len(english) else english

    @property
    def scores(self) -> list[tuple[int, str]]:
        """Return each score with how it reads."""
        words = self.in_words
        return [(score, words[score - 1] if words else str(score)) for score in self.span]

    @property
    def top(self) -> int:
        """Return the best score."""
        return self.span[-1]

    @property
    def ends(self) -> list[tuple[int, str]]:
        """Return the scale's two ends with their words; none where it is answered in words."""
        if self.scale == Scale.CHOICES:
            return []
        found = [(self.span[0], self.said_low_words), (self.top, self.said_high_words)]
        return [(score, words) for score, words in found if words]

    @property
    def ends_words(self) -> list[str]:
        """Return the scale's two ends, as "1 is poor"."""
        return [_now("%(score)s is %(words)s") % {"score": score, "words": words} for score, words in self.ends]

    @property
    def ends_line(self) -> str:
        """Return them as one sentence; "" where it is answered in words."""
        return f"{', '.join(self.ends_words)}." if self.ends else ""

    def label_of(self, score: int) -> str:
        """Return how an answer reads, as "4 of 5" or "Rather good"."""
        if words := self.in_words:
            return words[score - 1] if 1 <= score <= len(words) else str(score)
        return _now("%(score)s of %(top)s") % {"score": score, "top": self.top}

    def is_low(self, score: int) -> bool:
        """Return whether somebody ought to call."""
        return self.low_at_most is not None and score <= self.low_at_most


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Readings of answers."""

    def low(self) -> AnswerQuerySet:
        """Return those after which somebody ought to call."""
        return self.filter(score__lte=models.F("survey__low_at_most"))

    def without_theme(self) -> AnswerQuerySet:
        """Return those to which nobody put a theme; asked answer by answer, so that a page of them is found at once."""
        put = Answer.themes.through.objects.filter(answer=OuterRef("pk"))
        return self.filter(~Exists(put))

    def whole(self, keys: Iterable[UUID]) -> list[Answer]:
        """Return these few with their people and themes: a page far down would read them of all before it too."""
        rows = self.model._default_manager.filter(pk__in=list(keys))
        return list(rows.select_related("survey", "reader__patient").prefetch_related("themes"))

    def best(self) -> AnswerQuerySet:
        """Return those that could not be better; answers in words differ in how many there are, so none of them."""
        return self.filter(Q(survey__scale=Scale.FIVE, score=5) | Q(survey__scale=Scale.TEN, score=10))


class Answer(models.Model):
    """What one reader answered to one letter's question; the words are sealed, since people write of their health."""

    class Call(models.TextChoices):
        TODAY = "today", _("Yes, today")
        LATER = "later", _("Yes, another time")
        WRITE = "write", _("I would rather write")
        NO = "no", _("No, thank you")

    journal_kind = "answer"

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    ref = RefField(prefix="AN")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="answers")
    reader = models.ForeignKey(Reader, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    score = models.PositiveSmallIntegerField()
    words = SealedTextField(blank=True)
    call = models.CharField(max_length=8, choices=Call.choices, blank=True, default="")
    is_shared = models.BooleanField(_("from a mailbox that several people share"), default=False)
    themes = models.ManyToManyField(Theme, blank=True, related_name="answers")
    given_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-given_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["survey", "-given_at"], name="surveys_answers_in_order"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["survey", "message"], name="surveys_one_answer_a_letter"),
            models.CheckConstraint(condition=Q(score__lte=10), name="surveys_score_is_on_a_scale"),
            models.CheckConstraint(
                condition=Q(call__in=["", "today", "later", "write", "no"]), name="surveys_call_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ref)

    @property
    def journal_about(self) -> str:
        """Return `patient:ref` of whoever answered where they are a patient."""
        patient: Any = getattr(self.reader, "patient", None)
        return f"patient:{patient.ref}" if patient else ""

    @property
    def label(self) -> str:
        """Return how it reads, as "2 of 5"."""
        return self.survey.label_of(self.score)

    @property
    def is_low(self) -> bool:
        """Return whether somebody ought to call."""
        return self.survey.is_low(self.score)

    @property
    def is_best(self) -> bool:
        """Return whether it could not be better, on a scale of numbers."""
        return self.survey.scale != Scale.CHOICES and self.score == self.survey.top
