"""The block of a letter that asks one question: its numbers are the reader's own links."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from content.blocks.ground import LetterBlock, words

IN_A_ROW = 6


class SurveyBlock(LetterBlock):
    """One question; in a mail each number leads to the answer page, on the web it only says how to answer."""

    survey = SnippetChooserBlock("surveys.Survey", label=_("Question"))
    eyebrow = words(_("Small line above"), required=False, most=60, default="One question")

    class Meta:
        template = "blocks/survey.html"
        icon = "help"
        label = _("One question")
        label_format = "{survey}"
        description = _("A question that readers answer with one tap, and how we hear of those who are not content.")
        preview_value: ClassVar[dict[str, str]] = {"eyebrow": "One question"}

    def clean(self, value: Any) -> Any:
        """Refuse a question that is over."""
        cleaned = super().clean(value)
        if cleaned["survey"] and not cleaned["survey"].is_open:
            over = ValidationError(_("This question is over. Choose another one, or open it again under Surveys."))
            raise blocks.StructBlockValidationError(block_errors={"survey": over})
        return cleaned

    def sample_of(self, model: type[Any]) -> Any:
        """Return the newest question that letters may ask; a made one where there is none."""
        return model.objects.open().first() or model(question="How was your last visit?")

    def facts(self, value: Any) -> dict[str, Any]:
        """Return the answers in rows that a phone has room for, each with its address in this reader's mail."""
        survey = value.get("survey")
        if survey is None:
            return {"rows": []}
        answers = [(label, f"{{survey_url}}?a={score}&q={survey.ref}") for score, label in survey.scores]
        most = 1 if survey.in_words else (5 if len(answers) == 5 else IN_A_ROW)
        rows = [answers[start : start + most] for start in range(0, len(answers), most)]
        return {"rows": rows, "answers": answers, "width": f"{100 / most:.2f}%"}
