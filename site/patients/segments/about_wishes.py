"""Questions about what readers chose themselves: an account with us, and what they want to hear about."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients import topics
from patients.models import Consent, Declined, Nature
from patients.segments.about_readers import CONTACT, WHO
from patients.segments.inputs import One
from patients.segments.plain import Person
from patients.segments.registry import How, Place, Values, criterion


def enter() -> None:
    """Enter these questions."""
    criterion(
        "account",
        label=_("Account with us"),
        group=WHO,
        hows=[
            How(
                "has",
                _("yes"),
                _("who *have an account* with us"),
                lambda values, place: _has_account(place),
                lambda values, person: _signs_in(person),
            ),
            How(
                "has_none",
                _("no"),
                _("who have *no account* with us"),
                lambda values, place: ~_has_account(place),
                lambda values, person: not _signs_in(person),
            ),
        ],
    )
    ways = [(channel.value, channel.label) for channel in topics.CHANNELS]
    blanks = (
        One("topic", _("What about"), lambda: [(one.name, one.label) for one in topics.TOPICS.values()]),
        One("channel", _("On which channel"), lambda: ways, is_common=True),
    )
    criterion(
        "topic",
        label=_("Wants to hear about"),
        group=CONTACT,
        nature=Nature.CONTACT,
        hows=[
            How(
                "wanted",
                _("wants"),
                _("who *want* “*{topic}*” by *{channel}*"),
                _wanted,
                _wants,
                blanks,
            ),
            How(
                "unwanted",
                _("does not want"),
                _("who *do not want* “*{topic}*” by *{channel}*"),
                lambda values, place: ~_wanted(values, place),
                lambda values, person: not _wants(values, person),
                blanks,
            ),
        ],
    )


def _has_account(place: Place) -> Q:
    return place.of_reader(user__is_active=True)


def _signs_in(person: Person) -> bool:
    return person.reader.user is not None and person.reader.user.is_active


def _wanted(values: Values, place: Place) -> Q:
    """Ask for a yes to the topic's purpose, where it rests on one, and for no "not this"."""
    topic = topics.named(values["topic"])
    declined = Declined.objects.filter(channel=values["channel"], topic=topic.name)
    asked = ~place.reader_has(declined)
    if topic.needs_consent:
        agreed = Consent.objects.standing().filter(channel=values["channel"], purpose=topic.purpose, is_given=True)
        asked &= place.reader_has(agreed)
    return asked


def _wants(values: Values, person: Person) -> bool:
    topic, channel = topics.named(values["topic"]), values["channel"]
    if person.reader.declined.filter(channel=channel, topic=topic.name).exists():
        return False
    standing = person.reader.consents.filter(superseded_at__isnull=True, channel=channel, purpose=topic.purpose)
    return not topic.needs_consent or standing.filter(is_given=True).exists()
