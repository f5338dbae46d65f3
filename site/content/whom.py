"""For whom a block of a letter is: one of a closed set of rules, each a segment's question under a short name.

A rule is kept as its kind and what was chosen, as "segment:lapsed" or "language:es". Nothing is kept of what it means:
that is read when somebody asks, so that a segment's newest words hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients import segments, topics
from patients.models import Channel, ReaderKind
from patients.segments import Group
from practice.models import Location, Service

EVERYONE = gettext_lazy("Everyone")
AGES: dict[str, tuple[int, int | None]] = {"0-17": (0, 17), "18-39": (18, 39), "40-64": (40, 64), "65-": (65, None)}
WHOLE = {"everyone", "offices", "team"}  # all whom a letter can reach at all
type Words = str | Promise
type Choice = tuple[str, Words]


class Gone(LookupError):
    """A rule that nobody can ask any more; it says in plain words why."""


@dataclass(frozen=True)
class Rule:
    """One rule, ready to be asked.

    Args:
        key: as a block keeps it.
        label: what people call it.
        tree: whom it means.
    """

    key: str
    label: str
    tree: Group

    @property
    def is_clinical(self) -> bool:
        """Whether it chooses people by their health."""
        return self.tree.is_clinical


def named(key: str, labels: Mapping[str, Words] | None = None) -> Rule:
    """Return the rule that a block keeps.

    Args:
        key: as it is kept.
        labels: of the choices, where somebody read them already.

    Raises:
        Gone: when what it asks for is no longer there: a segment that was put away, a service, a location.
    """
    kind, _colon, chosen = key.partition(":")
    if kind == "segment":
        return _of_segment(key, chosen)
    line, label = _line(kind, chosen), (labels if labels is not None else labels_of_choices()).get(key)
    try:
        if line is None or label is None:
            raise Gone(_("It is for people whom we can no longer tell. Choose again."))
        return Rule(key, str(label), segments.parse({"match": "all", "parts": [line]}))
    except segments.Broken as error:
        raise Gone(_("It is for people whom we can no longer tell. Choose again.")) from error


def _of_segment(key: str, name: str) -> Rule:
    try:
        found = segments.by_name(name)
    except LookupError as error:
        raise Gone(_("The segment that it is for is no longer there. Choose another.")) from error
    words = {"name": found.label}
    if found.is_archived:
        raise Gone(_("The segment “%(name)s” was put away. Choose another.") % words)
    try:
        return Rule(key, str(found.label), found.tree)
    except segments.Broken as error:
        asks = _("The segment “%(name)s” asks for something that is no longer there. Mend it, or choose another.")
        raise Gone(asks % words) from error


def _line(kind: str, chosen: str) -> dict[str, Any] | None:
    """Return the one question of a rule that is no segment; None where there is none of its kind."""
    lines: dict[str, dict[str, Any]] = {
        "topic": {"ask": "topic", "how": "wanted", "topic": chosen, "channel": Channel.EMAIL},
        "account": {"ask": "account", "how": chosen},
        "had": {"ask": "had", "how": "ever", "among": [chosen]},
        "location": {"ask": "location", "how": "is", "among": [chosen]},
        "language": {"ask": "language", "how": "is", "among": [chosen]},
    }
    if kind == "age" and chosen in AGES:
        least, most = AGES[chosen]
        if most is None:
            return {"ask": "age", "how": "at_least", "years": least}
        return {"ask": "age", "how": "between", "from": least, "to": most}
    return lines.get(kind)


def of(value: Any) -> str:
    """Return the rule that a block's value keeps; "" where it is for everyone."""
    return str(value.get("for_whom") or "") if hasattr(value, "get") else ""


def is_clinical(key: str) -> bool:
    """Return whether a rule chooses people by their health; one that is gone chooses nobody."""
    try:
        return named(key).is_clinical if key else False
    except Gone:
        return False


def labels_of_choices() -> dict[str, Words]:
    """Return what can be chosen, without its groups."""
    return dict(_flat(choices()))


def choices() -> list[tuple[Words, list[Choice]] | Choice]:
    """Return what an editor may choose, in groups; what tells of somebody's health says so."""
    saved = [one for one in segments.choices() if one.name not in WHOLE]
    wishes = topics.for_kinds([ReaderKind.PATIENT, ReaderKind.SUBSCRIBER])
    groups: list[tuple[Words, Iterable[Choice]]] = [
        (_("Segments"), [(f"segment:{one.name}", _marked(one.label, is_clinical=one.is_clinical)) for one in saved]),
        (
            _("Want to hear about"),
            [(f"topic:{one.name}", one.label) for one in wishes if one.needs_consent and one != topics.LETTER],
        ),
        (_("Account"), [("account:has", _("Have an account")), ("account:has_none", _("Have no account"))]),
        (
            _("Had a service"),
            [
                (f"had:{one.pk}", _marked(_("Had: %(service)s") % {"service": one.name}, is_clinical=True))
                for one in Service.objects.all()
            ],
        ),
        (_("Age"), [(f"age:{band}", _ages(*years)) for band, years in AGES.items()]),
        (_("Location"), [(f"location:{one.pk}", one.name) for one in Location.objects.all()]),
        (
            _("Language"),
            [(f"language:{code}", _("Read %(language)s") % {"language": name}) for code, name in settings.LANGUAGES],
        ),
    ]
    return [("", EVERYONE), *((label, found) for label, group in groups if (found := list(group)))]


def _marked(label: Words, *, is_clinical: bool) -> Words:
    return _("%(rule)s (by health)") % {"rule": label} if is_clinical else label


def _ages(least: int, most: int | None) -> str:
    if most is None:
        return ngettext("%(n)d year and older", "%(n)d years and older", least) % {"n": least}
    if not least:
        return _("Under %(n)d years") % {"n": most + 1}
    return _("%(from)d to %(to)d years") % {"from": least, "to": most}


def _flat(groups: Iterable[Any]) -> Iterable[Choice]:
    for value, label in groups:
        if isinstance(label, list):
            yield from label
        else:
            yield value, label
