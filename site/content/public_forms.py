"""The base of every form that a visitor without an account fills in: a trap, a clock, limits, words for refusals.

Pages that hold such a form may be kept for all visitors, so a form carries no CSRF token: its view is behind
`content.origin.same_origin`. What it carries is the signed moment of its drawing, which is the same for everybody.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from content import languages, limits
from content.forms import Styled
from practice import clocks, phones
from practice.models import Location
from vault import tokens

QUICKEST = timedelta(seconds=2)
OLDEST = timedelta(days=1)
TAKEN, REFUSED, TOO_OFTEN = 303, 422, 429
# controls, line and paragraph separators, and marks that turn the direction of a whole line
UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
UNPRINTED_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Count:
    """Of what, by whom, how many are too many within how long."""

    what: str
    whose: str
    most: int
    within: timedelta = limits.HOUR


class Refused(Exception):
    """What was asked cannot be done; the message says why, in words for the visitor."""


def stamp(form: str, *, age: timedelta = timedelta(0)) -> str:
    """Return the signed moment at which `form` was drawn, or `age` before now."""
    return tokens.sign("form", [form, math.floor(10 * (time.time() - age.total_seconds())) / 10])


class LineField(forms.CharField):
    """One line: what would break it, or turn its direction, becomes a space."""

    def to_python(self, value: Any) -> str:
        """Return the text on one line."""
        return " ".join(UNPRINTED.sub(" ", str(super().to_python(value) or "")).split())


class TextField(forms.CharField):
    """Some lines of text, without control characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return UNPRINTED_BUT_LINES.sub("", text).strip()


class PhoneField(LineField):
    """A phone number with its area code, kept as it was written."""

    default_error_messages = {"invalid": _("Enter a phone number with area code, like 360-555-0142.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 24)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the number.

        Raises:
            ValidationError: when it is none.
        """
        text = super().to_python(value)
        if text and not is_phone(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


class ReachField(LineField):
    """A phone number or an e-mail address; the visitor chooses."""

    default_error_messages = {"invalid": _("Enter a phone number with area code, or an e-mail address.")}

    def to_python(self, value: Any) -> str:
        """Return the number or the address.

        Raises:
            ValidationError: when it is neither.
        """
        text = super().to_python(value)
        if "@" in text:
            try:
                validate_email(text)
            except ValidationError as error:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        elif text and not is_phone(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text


def is_phone(text: str) -> bool:
    """Return whether a text is a phone number with its area code, with an extension or without."""
    number = phones.EXTENSION.sub("", text)
    figures = sum(letter.isdecimal() for letter in number)
    return 10 <= figures <= 15 and not re.search(r"[^\d\s().+/-]", number)


class PublicForm(Styled, forms.Form):
    """A visitor's form. A subclass says its `name`, and whom it names (`address`), by whom it is counted as well."""

    name: ClassVar[str]
    per_network: ClassVar[int] = 10
    per_address: ClassVar[int] = 5

    website = forms.CharField(required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        self.fresh_stamp = ""
        super().__init__(data, *args, **kwargs)

    @property
    def address(self) -> str:
        """Return whom the form names, after it is clean; "" counts nobody."""
        return ""

    def counted(self, network: str) -> list[Count]:
        """Return by whom the form is counted, after it is clean."""
        counts = [Count(f"{self.name}:network", network, self.per_network)]
        if self.address:
            counts.append(Count(f"{self.name}:address", self.address.casefold(), self.per_address))
        return counts

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Return the fields that people see."""
        return [field for field in self if field.name not in {"website", "stamp"}]

    @property
    def current_stamp(self) -> str:
        """Return the stamp to draw: the one that came back while it holds, so that nobody waits twice."""
        if not self.is_bound:
            return stamp(self.name)
        return self.fresh_stamp or str(self.data.get("stamp", ""))

    @property
    def language(self) -> dict[str, str]:
        """Return in which language we answer, for what is kept of the form; nothing where it is English."""
        code = languages.current()
        return {} if code == languages.ENGLISH else {"language": code}

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled the field that people do not see."""
        return bool(str(self.data.get("website", "")).strip())

    @property
    def drawn_on(self) -> date:
        """Return the day on which the form was drawn: what is sent twice from one page is one thing."""
        return clocks.day_of(datetime.fromtimestamp(self._drawn_at() or time.time(), UTC))

    def clean(self) -> dict[str, Any]:
        """Refuse what came too quickly after the page, or from a page of yesterday; all that was typed stays."""
        cleaned = super().clean() or {}
        drawn_at = self._drawn_at()
        if drawn_at is None:
            self.fresh_stamp = stamp(self.name, age=QUICKEST)
            self.add_error(None, _("This page was open for a long time. Please look over your answers and send again."))
        elif not self.errors and time.time() - drawn_at < QUICKEST.total_seconds():
            self.add_error(None, _("That was very quick. Please look over your answers and send again."))
        for field in ("website", "stamp"):
            cleaned.pop(field, None)
        return cleaned

    def _drawn_at(self) -> float | None:
        try:
            form, moment = tokens.read("form", str(self.data.get("stamp", "")), max_age=OLDEST)
            age = time.time() - float(moment)
        except (tokens.TokenRefused, TypeError, ValueError):
            return None
        return float(moment) if form == self.name and age <= OLDEST.total_seconds() else None


def take(request: HttpRequest, form: PublicForm, do: Callable[[], object]) -> int:
    """Take a form that was sent, and do what it asks.

    Args:
        form: bound to what was posted.
        do: the one domain call; it may raise Refused.

    Returns:
        TAKEN, also for a machine in the trap, for which nothing is done; else REFUSED or TOO_OFTEN, with the reasons
        in `form.errors`, to draw the form again.
    """
    if form.is_trapped:
        return TAKEN
    if not form.is_valid():
        return REFUSED
    over = [
        limits.is_over(one.what, one.whose, most=one.most, within=one.within)
        for one in form.counted(limits.network_of(request))  # each is counted
    ]
    if any(over):
        form.add_error(None, _too_often())
        return TOO_OFTEN
    try:
        do()
    except Refused as refused:
        form.add_error(None, str(refused))
        return REFUSED
    return TAKEN


def answered(
    request: HttpRequest, form: PublicForm, *, template: str, thanks: str, do: Callable[[], object]
) -> HttpResponse:
    """Answer a page that is one form: draw it, and when it was sent lead to the thanks or draw it with its reasons.

    Args:
        form: bound where the request is a POST.
        template: draws the page from `form`.
        thanks: the name of the route that says what happens next.
        do: the one domain call, as for `take`.
    """
    if request.method != "POST":
        return render(request, template, {"form": form})
    status = take(request, form, do)
    return redirect(thanks) if status == TAKEN else noindexed(render(request, template, {"form": form}, status=status))


def noindexed(response: HttpResponse) -> HttpResponse:
    """Keep an answer to what somebody sent out of search engines and caches."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store"
    return response


def _too_often() -> str:
    location = Location.objects.first()
    if location is None or not location.phone:
        return str(_("We got many of these just now. Please wait an hour and send again."))
    return str(
        _("We got many of these just now. Please wait an hour and send again, or call %(phone)s.")
        % {"phone": location.phone}
    )
