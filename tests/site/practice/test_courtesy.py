"""How often and when we write: what the practice set, or what is decent before it did."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from practice.courtesy import Courtesy
from practice.models import Practice

PACIFIC, HAWAII = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Honolulu")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "moment", "expected"),
    [
        ("sms", "2026-11-23 15:59", "2026-11-23 16:00"),  # 7:59 AM on the Pacific coast
        ("sms", "2026-11-23 16:00", None),
        ("sms", "2026-11-24 03:59", None),
        ("sms", "2026-11-24 04:00", "2026-11-24 16:00"),  # 8 PM
        ("phone", "2026-11-24 04:00", "2026-11-24 16:00"),
        ("email", "2026-11-24 04:00", None),
        ("post", "2026-11-24 04:00", None),
        ("sms", "2027-03-14 06:00", "2027-03-14 15:00"),  # the night in which clocks go forward
        ("sms", "2026-11-01 05:00", "2026-11-01 16:00"),  # the night in which they go back
    ],
)
def test_texts_wait_for_the_morning_and_letters_do_not(channel: str, moment: str, expected: str | None) -> None:
    found = Courtesy().not_before(channel, PACIFIC, at(moment))
    assert found == (at(expected) if expected else None)


def test_the_clock_is_the_readers() -> None:
    moment = at("2026-11-23 16:30")
    assert Courtesy().not_before("sms", PACIFIC, moment) is None
    assert Courtesy().not_before("sms", HAWAII, moment) == at("2026-11-23 18:00")


def test_mail_has_quiet_hours_where_the_practice_wants_them() -> None:
    quiet = Courtesy(mail_from=time(9), mail_until=time(17))
    assert quiet.not_before("email", PACIFIC, at("2026-11-24 01:30")) == at("2026-11-24 17:00")
    assert quiet.not_before("email", PACIFIC, at("2026-11-24 18:00")) is None


@pytest.mark.django_db
def test_before_anybody_sets_them_the_defaults_hold(practice: Practice) -> None:
    assert (Courtesy.get().pk, Courtesy.get().most_letters) == (None, 4)
    Courtesy.objects.create(practice=practice, most_letters=2)
    assert Courtesy.get().most_letters == 2


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"most_letters": 0},
        {"texts_from": time(20), "texts_until": time(8)},
        {"mail_from": time(9)},
        {"mail_until": time(9)},
        {"mail_from": time(17), "mail_until": time(9)},
    ],
)
def test_the_database_refuses_hours_that_nobody_keeps(practice: Practice, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Courtesy.objects.create(practice=practice, **wrong)


@pytest.mark.django_db
def test_the_practice_has_one_courtesy(practice: Practice) -> None:
    Courtesy.objects.create(practice=practice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Courtesy.objects.create(practice=practice)
