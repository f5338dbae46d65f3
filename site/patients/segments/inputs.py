"""What a question asks to be filled in: each blank checks its value in plain words and says it in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from patients.segments import spans
from patients.segments.spans import Unit

type Words = str | Promise
type Choices = Iterable[tuple[str, Words]]
LONGEST_TEXT = 120


class Unfit(ValueError):
    """A value that does not fit its blank; the text says why, in plain words."""


@dataclass(frozen=True)
class Blank:
    """One thing to fill in.

    Args:
        name: its key in the saved tree and, behind the question's place, in the form.
        label: what it is, for those who hear the page.
    """

    name: str
    label: Words
    kind: ClassVar[str] = "text"

    def clean(self, raw: Any) -> Any:
        """Return the value as a tree keeps it.

        Args:
            raw: what a form sent (text, or a list of them), or what a saved tree holds.

        Raises:
            Unfit: when it cannot be meant.
        """
        raise NotImplementedError

    def said(self, value: Any) -> str:
        """Return the value as the sentence has it."""
        return str(value)

    def first(self) -> Any:
        """Return what stands in the blank before anybody filled it in."""
        return ""

    def options(self) -> list[tuple[str, str]]:
        """Return what can be chosen, where something is to be chosen."""
        return []


@dataclass(frozen=True)
class Number(Blank):
    """A whole number within bounds."""

    least: int = 0
    most: int = 1000
    start: int = 1
    after: Words = ""
    kind: ClassVar[str] = "number"

    def clean(self, raw: Any) -> int:
        try:
            number = int(str(raw).strip())
        except ValueError:
            raise Unfit(_("Fill in a whole number.")) from None
        if not self.least <= number <= self.most:
            raise Unfit(
                _("Fill in a number from %(least)s to %(most)s.")
                % {"least": f"{self.least:,}", "most": f"{self.most:,}"}
            )
        return number

    def said(self, value: int) -> str:
        return f"{value:,}"

    def first(self) -> int:
        return self.start


@dataclass(frozen=True)
class Dollars(Number):
    """A sum in whole dollars."""

    most: int = 10_000_000
    start: int = 1000
    kind: ClassVar[str] = "dollars"

    def clean(self, raw: Any) -> int:
        return super().clean(str(raw).replace("$", "").replace(",", ""))

    def said(self, value: int) -> str:
        return f"${value:,}"


@dataclass(frozen=True)
class Decimals(Blank):
    """A number that may have a fraction of up to four places, kept as text so that nothing is rounded."""

    kind: ClassVar[str] = "decimal"

    def clean(self, raw: Any) -> str:
        text = str(raw).strip().replace(",", "")
        if not re.fullmatch(r"-?\d{1,11}(\.\d{1,4})?", text, re.ASCII):
            raise Unfit(_("Fill in a number, as 12 or 12.5."))
        return text


@dataclass(frozen=True)
class One(Blank):
    """One of a list; `is_common` where its labels are common words, small inside a sentence."""

    choices: Callable[[], Choices] = tuple
    start: str = ""
    is_common: bool = False
    kind: ClassVar[str] = "one"

    def options(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in self.choices()]

    def clean(self, raw: Any) -> str:
        text = str(raw).strip()
        if text not in dict(self.options()):
            raise Unfit(_("Choose one of the list."))
        return text

    def said(self, value: str) -> str:
        return self._said(value, dict(self.options()))

    def _said(self, value: str, labels: dict[str, str]) -> str:
        label = labels.get(value) or gettext("something that is no longer there")
        return label[0].lower() + label[1:] if self.is_common else label

    def first(self) -> str:
        return self.start or next((value for value, _label in self.options()), "")


@dataclass(frozen=True)
class Among(One):
    """Any number of a list, at least one."""

    kind: ClassVar[str] = "among"

    def clean(self, raw: Any) -> Any:
        given = [raw] if isinstance(raw, str) else raw
        if not isinstance(given, list | tuple):
            raise Unfit(_("Choose from the list."))
        known = [value for value, _label in self.options()]
        chosen = {str(one) for one in given if str(one) != ""}
        if not chosen:
            raise Unfit(_("Choose at least one."))
        if chosen - set(known):
            raise Unfit(_("Something chosen here is no longer there. Choose again."))
        return [value for value in known if value in chosen]

    def said(self, value: Any) -> str:
        labels = dict(self.options())
        return get_text_list([self._said(one, labels) for one in value], gettext("or"))

    def first(self) -> Any:
        return []


@dataclass(frozen=True)
class Span(Blank):
    """How long: in the form a number and, beside it, its unit; kept as one text, as "18 months"."""

    start: str = "6 months"
    after: Words = ""
    kind: ClassVar[str] = "span"

    def clean(self, raw: Any) -> str:
        text = " ".join(raw) if isinstance(raw, list | tuple) else str(raw)
        found = re.fullmatch(r"(\d{1,4}) (days|weeks|months|years)", " ".join(text.split()), re.ASCII)
        if found is None or not 1 <= int(found[1]) <= 1200:
            raise Unfit(_("Fill in a whole number from 1 to 1,200."))
        return f"{int(found[1])} {found[2]}"

    def said(self, value: str) -> str:
        return spans.said(*parted(value))

    def first(self) -> str:
        return self.start

    def options(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Unit.choices]


@dataclass(frozen=True)
class Text(Blank):
    """A few words, compared as they stand."""

    most: int = LONGEST_TEXT

    def clean(self, raw: Any) -> str:
        text = str(raw).strip()
        if not text:
            raise Unfit(_("Fill in some text."))
        if len(text) > self.most or not text.isprintable():
            raise Unfit(_("Fill in at most %(most)d characters, on one line.") % {"most": self.most})
        return text

    def said(self, value: str) -> str:
        return f"“{value}”"


@dataclass(frozen=True)
class Day(Blank):
    """A day of the calendar."""

    kind: ClassVar[str] = "day"

    def clean(self, raw: Any) -> str:
        try:
            return date.fromisoformat(str(raw).strip()).isoformat()
        except ValueError:
            raise Unfit(_("Fill in a day.")) from None

    def said(self, value: str) -> str:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")


def parted(span: str) -> tuple[int, str]:
    """Return number and unit of a span as a tree keeps it: ("18 months") → (18, "months")."""
    number, unit = span.split(" ")
    return int(number), unit
