"""What we write about: the closed set of topics, each within the purpose that consent is kept for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models.kinds import Channel, Purpose, ReaderKind

OUTSIDE = frozenset({ReaderKind.PATIENT, ReaderKind.HOUSEHOLD, ReaderKind.SUBSCRIBER})
PATIENTS = frozenset({ReaderKind.PATIENT})


@dataclass(frozen=True)
class Topic:
    """Something that somebody may want or not, on each channel apart; it means something to readers of `kinds`."""

    name: str
    label: str | Promise
    often: str | Promise
    purpose: str
    kinds: frozenset[str] = OUTSIDE
    is_about_visits: bool = False

    @property
    def needs_consent(self) -> bool:
        """Whether it rests on a yes; what concerns one's own visits does not, and may be declined."""
        return self.purpose != Purpose.TRANSACTIONAL


LETTER = Topic("letter", _("Monthly letter with health tips"), _("1 a month"), Purpose.OWN_SERVICES)
VISITS = Topic(
    "visits",
    _("Reminders of your visits"),
    _("before each visit"),
    Purpose.TRANSACTIONAL,
    kinds=PATIENTS,
    is_about_visits=True,
)
DUE = Topic(
    "due",
    _("When a check-up is due"),
    _("about twice a year"),
    Purpose.TREATMENT,
    kinds=PATIENTS,
)
NEWS = Topic("news", _("News and events"), _("4 a year"), Purpose.OWN_SERVICES)
BIRTHDAY = Topic("birthday", _("Birthday wishes"), _("1 a year"), Purpose.OWN_SERVICES, kinds=PATIENTS)
QUESTION = Topic(
    "question",
    _("One short question"),
    _("after a visit"),
    Purpose.TREATMENT,
    kinds=PATIENTS,
    is_about_visits=True,
)
OFFICES = Topic(
    "offices",
    _("News for offices that work with us"),
    _("4 a year"),
    Purpose.OWN_SERVICES,
    kinds=frozenset({ReaderKind.OFFICE}),
)
TEAM = Topic(
    "team", _("Letters to our team"), _("when there is news"), Purpose.OWN_SERVICES, kinds=frozenset({ReaderKind.STAFF})
)
TOPICS = {topic.name: topic for topic in (LETTER, VISITS, DUE, NEWS, BIRTHDAY, QUESTION, OFFICES, TEAM)}

# The ways by which somebody chooses; nobody is called for a topic.
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.POST)


class NoSuchTopic(LookupError):
    """The closed set has no topic of this name."""


def named(name: str) -> Topic:
    """Return the topic of this name.

    Raises:
        NoSuchTopic: so that a slip of the pen is no message that nobody can decline.
    """
    try:
        return TOPICS[name]
    except KeyError as error:
        raise NoSuchTopic(f"There is no topic {name!r}; there are: {', '.join(TOPICS)}.") from error


def for_kinds(kinds: Iterable[str]) -> list[Topic]:
    """Return the topics that mean something to a reader of these kinds."""
    asked = set(kinds)
    return [topic for topic in TOPICS.values() if topic.kinds & asked]


def is_about_visits(purpose: str, topic: str = "") -> bool:
    """Return whether a message still reaches somebody who wants to hear of their visits alone."""
    return purpose == Purpose.TRANSACTIONAL or (topic in TOPICS and TOPICS[topic].is_about_visits)
