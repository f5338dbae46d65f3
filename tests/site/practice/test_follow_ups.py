"""Promises: who gets them, by when, made once, kept, taken back, handed on; what visitors wrote is sealed."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from journal.models import Entry
from practice import actions, clocks, duty
from practice.follow_ups import FollowUp, FollowUpContents
from practice.models import StaffMember
from tests.factories.practice import FollowUpFactory, StaffMemberFactory, away, closed

pytestmark = pytest.mark.django_db
HOME = ZoneInfo("America/Los_Angeles")


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=HOME)


def promise(**more):
    return actions.promise(**{"what": "Somebody wrote to us", "by": "guest:visitor", **more})


def member_of(user):
    return StaffMember.objects.get(user=user)


class TestDuty:
    @pytest.mark.parametrize(
        ("moment", "owner", "due"),
        [
            ((16, 9), "rosa", 17),  # a Monday: Rosa is here
            ((18, 9), "colette", 19),  # a Wednesday: her deputy
            ((13, 9), "colette", 16),  # a Friday: it is due after the weekend
            ((14, 12), "rosa", 16),  # a Saturday: Monday's owner
            ((17, 18), "colette", 18),  # a Tuesday evening: Wednesday's owner
        ],
    )
    def test_the_coordinator_answers_or_their_deputy_by_the_next_practice_day(self, moment, owner, due, rosa, colette):
        found = duty.on_duty(at(*moment))
        assert found is not None
        assert found.owner == member_of({"rosa": rosa, "colette": colette}[owner])
        assert found.due_on == date(2026, 11, due)

    def test_a_holiday_and_days_away_count(self, rosa, colette, location):
        closed(location, date(2026, 11, 17))
        away(member_of(rosa), date(2026, 11, 16), date(2026, 11, 20))
        found = duty.on_duty(at(16, 9))
        assert found == duty.Duty(member_of(colette), date(2026, 11, 18))

    def test_without_a_coordinator_a_lead_or_the_owner_answers(self, okafor):
        assert duty.owner_on(date(2026, 11, 16)) == member_of(okafor)

    def test_without_any_of_them_anybody_who_works_here_answers(self, theo):
        assert duty.owner_on(date(2026, 11, 15)) == member_of(theo)

    def test_who_left_answers_nothing(self, rosa, okafor):
        StaffMember.objects.filter(user=rosa).update(is_active=False)
        assert duty.owner_on(date(2026, 11, 16)) == member_of(okafor)

    def test_before_anybody_works_here_nothing_is_promised(self, location):
        assert duty.on_duty() is None
        with pytest.raises(actions.NobodyHere):
            promise()

    def test_without_a_location_a_day_is_a_day(self):
        assert duty.answer_by(at(16, 9)) == at(17, 9)
        assert clocks.today() == timezone.localdate()

    def test_finding_who_answers_asks_little(self, rosa, colette, okafor, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            duty.on_duty()


class TestPromises:
    def test_it_works(self, rosa):
        with time_machine.travel(at(16, 9), tick=False):
            made = promise(kind="message", said={"name": "Ana Ortiz", "text": "Hello"})
        assert (made.owner, made.due_on) == (member_of(rosa), date(2026, 11, 17))
        assert FollowUp.objects.get().said == {"name": "Ana Ortiz", "text": "Hello"}
        entry = Entry.objects.get(verb="follow_up.made")
        assert (entry.subject, entry.by) == (f"follow_up:{made.ref}", "guest:visitor")
        assert "Ana" not in str(entry.particulars)

    def test_what_a_visitor_wrote_stands_sealed_in_the_database(self, rosa):
        promise(said={"text": "My tooth hurts"})
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM practice_followupcontents")
            assert b"tooth" not in bytes(cursor.fetchone()[0])

    def test_the_same_thing_is_promised_once(self, rosa):
        first, second = promise(once="2026-11-16 a"), promise(once="2026-11-16 a")
        assert first == second
        assert FollowUp.objects.count() == Entry.objects.filter(verb="follow_up.made").count() == 1
        assert promise(once="2026-11-16 b") != first
        assert promise(kind="visit", once="2026-11-16 a") != first

    def test_what_is_promised_without_that_may_repeat(self, rosa):
        assert promise() != promise()

    def test_who_and_when_may_be_given(self, rosa):
        other = StaffMemberFactory.create()
        made = promise(owner=other, due_on=date(2026, 12, 1), concerns="office:OF-7K2M")
        assert (made.owner, made.due_on, made.concerns) == (other, date(2026, 12, 1), "office:OF-7K2M")

    def test_a_kind_that_nobody_knows_is_refused_by_the_database(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            FollowUpFactory.create(kind="nonsense")


class TestKeeping:
    def test_settled_twice_is_settled_once(self, rosa, colette):
        made = FollowUpFactory.create()
        actions.settle(follow_up=made, by=rosa)
        settled = actions.settle(follow_up=made, by=colette)
        assert settled.done_by == f"user:{rosa.ref}"
        assert Entry.objects.filter(verb="follow_up.done").count() == 1

    def test_it_can_be_taken_back(self, rosa):
        made = FollowUpFactory.create()
        actions.settle(follow_up=made, by=rosa)
        assert list(FollowUp.objects.done()) == [made]
        for _ in range(2):
            assert actions.open_again(follow_up=made, by=rosa).is_open
        assert Entry.objects.filter(verb="follow_up.opened_again").count() == 1

    def test_it_is_handed_on(self, rosa, colette):
        made = FollowUpFactory.create(owner=member_of(rosa))
        for _ in range(2):
            assert actions.assign(follow_up=made, owner=member_of(colette), by=rosa).owner == member_of(colette)
        assert Entry.objects.filter(verb="follow_up.assigned").count() == 1

    def test_a_note_sent_twice_is_one_and_sealed(self, rosa, colette):
        made = FollowUpFactory.create()
        for _ in range(2):
            actions.note(follow_up=made, text="Called, no answer", by=rosa)
        actions.note(follow_up=made, text="Called, no answer", by=colette)
        assert [note.by for note in made.notes.all()] == [f"user:{rosa.ref}", f"user:{colette.ref}"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM practice_followupnote")
            assert b"Called" not in bytes(cursor.fetchone()[0])

    @pytest.mark.parametrize("who", ["hannah", "theo", "priya", "margaret", "dana"])
    def test_others_may_do_none_of_it(self, who, request):
        user, made = request.getfixturevalue(who), FollowUpFactory.create()
        for act, more in (
            (actions.settle, {}),
            (actions.open_again, {}),
            (actions.assign, {"owner": made.owner}),
            (actions.note, {"text": "x"}),
        ):
            with pytest.raises(PermissionDenied):
                act(follow_up=made, by=user, **more)

    def test_it_is_overdue_from_the_day_after(self):
        made = FollowUpFactory.build(due_on=date(2026, 11, 16), owner=None)
        assert [made.is_overdue(date(2026, 11, day)) for day in (16, 17)] == [False, True]

    def test_it_has_nothing_said_where_nobody_wrote(self, rosa):
        made = FollowUpFactory.create()
        assert made.said == {}
        assert str(FollowUpContents(follow_up=made)) == f"of {made.pk}"
