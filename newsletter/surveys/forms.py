"""What a reader fills in on the answer page, and after an answer that was not good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.forms import Styled, styled
from content.public_forms import TextField
from newsletter.surveys.models import Answer, Survey
from newsletter.surveys.policy import MOST_WORDS

SCORE = "components/widgets/score.html"
TOO_LONG = _("Please write at most 2,000 characters.")


def words(label: Any, help_text: Any) -> TextField:
    """Return a field for what somebody writes freely."""
    return TextField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=MOST_WORDS,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """One of the survey's answers, and what the reader adds."""

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["a"] = forms.TypedChoiceField(
            choices=survey.scores,
            coerce=int,
            error_messages={
                "required": _("Choose an answer, then Send."),
                "invalid_choice": _("Choose one of these answers, then Send."),
            },
            widget=forms.RadioSelect(attrs={"are_words": bool(survey.in_words), "are_many": len(survey.span) > 6}),
        )
        if survey.more:
            self.fields["w"] = words(survey.said_more, _("It goes to our team, not to the public."))
        styled(self)
        self.fields["a"].widget.template_name = SCORE

    @property
    def given(self) -> tuple[int, str]:
        """Return the score and the words."""
        return self.cleaned_data["a"], self.cleaned_data.get("w", "")


class CallForm(Styled, forms.Form):
    """Whether we may call, and what went wrong."""

    c = forms.ChoiceField(
        label=_("May we call you?"),
        choices=Answer.Call.choices,
        error_messages={"required": _("Choose one, then Send."), "invalid_choice": _("Choose one, then Send.")},
        widget=forms.RadioSelect(attrs={"are_words": True}),
    )
    w = words(_("What went wrong?"), _("Nobody but the team reads it. Tell us here as well when to call, and where."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["c"].widget.template_name = SCORE
