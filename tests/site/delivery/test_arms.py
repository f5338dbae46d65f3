"""Two arms of a dispatch get their letters first; everybody else waits, and gets the letter of one of them."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from delivery import actions, arms, audiences, freezing, ledger, recovery, sending
from delivery.audiences import Asked
from delivery.clicks import counting
from delivery.models import Click, Dispatch, Link, Message, Variant
from delivery.spool import Spool
from delivery.ways import ARMS, FIRST, SECOND, Ways, arm_of, parted, without_arm
from patients.models import Reader
from tests.factories import delivery as make
from vault import ids

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SUBJECTS = {"": "One", FIRST: "One", SECOND: "Two"}
HTML = '<html><body><a href="https://juniperrow.example/tips/">Tips</a></body></html>'
QUARTER = arms.sized(0.25)
NUMBER = 80


def written(name):
    return make.letter(subject=SUBJECTS[arm_of(name)], html=HTML)


def compared(number=NUMBER, **attributes):
    make.crowd(number)
    return make.dispatch(**{"letter": written(""), "written": written, "arm_size": QUARTER, **attributes})


def started(**attributes):
    return actions.start(dispatch=compared(**attributes), by=None)


def fresh(dispatch):
    return Dispatch.objects.get(pk=dispatch.pk)


def subjects_of(outbox):
    """Return under which subject each address got it, from the files that left."""
    found = {}
    for file in outbox.glob("outbox/**/*.eml"):
        lines = file.read_text(errors="replace").splitlines()
        to = next(line for line in lines if line.startswith("To:"))
        assert to not in found, "twice"
        found[to] = next(line for line in lines if line.startswith("Subject:")).removeprefix("Subject: ")
    return found


def test_it_works(house, own_folders):
    dispatch = started()
    sending.work()
    in_arms = dispatch.messages.exclude(variant="")
    assert 20 <= in_arms.count() <= 60
    assert set(in_arms.values_list("state", flat=True)) == {"accepted"}
    assert set(dispatch.messages.filter(variant="").values_list("state", flat=True)) == {"queued"}
    assert fresh(dispatch).state == "running"
    assert arms.are_through(fresh(dispatch))

    assert arms.let_go(fresh(dispatch), arm=SECOND)
    sending.work()
    assert fresh(dispatch).state == "finished"
    assert set(dispatch.messages.values_list("state", flat=True)) == {"accepted"}
    left = subjects_of(own_folders)
    assert len(left) == NUMBER
    firsts = dispatch.messages.filter(variant=FIRST).count()
    assert sorted(left.values()) == ["One"] * firsts + ["Two"] * (NUMBER - firsts)


def test_the_first_goes_to_the_rest_where_the_first_is_chosen(house, own_folders):
    dispatch = started()
    sending.work()
    arms.let_go(fresh(dispatch), arm=FIRST)
    sending.work()
    seconds = dispatch.messages.filter(variant=SECOND).count()
    assert list(subjects_of(own_folders).values()).count("Two") == seconds > 0


def test_the_lot_is_drawn_anew_for_each_letter(house):
    make.crowd(NUMBER)
    drawn = [
        {row.address for row in make.dispatch(occasion, arm_size=QUARTER, written=written).messages.exclude(variant="")}
        for occasion in ("campaign:CA-ONE", "campaign:CA-TWO")
    ]
    assert drawn[0] != drawn[1]


def test_without_arms_nothing_is_held(house):
    make.crowd(5)
    dispatch = make.dispatch()
    assert not dispatch.holds_rest
    assert not dispatch.messages.filter(next_try_at=arms.HELD).exists()
    assert not arms.let_go(dispatch, arm=FIRST)


def test_letting_go_twice_is_done_once_and_the_first_time_counts(house):
    dispatch = started()
    assert arms.let_go(fresh(dispatch), arm=FIRST)
    assert not arms.let_go(fresh(dispatch), arm=SECOND)
    assert fresh(dispatch).letter["subject"] == "One"


def test_a_worker_who_looked_before_the_choice_takes_nobody_of_the_rest(house):
    dispatch = started()
    before = fresh(dispatch)
    sending.work()
    arms.let_go(fresh(dispatch), arm=SECOND)
    assert ledger.claim(before, lease_id=ids.uuid7(), worker="old") is None
    claimed = ledger.claim(fresh(dispatch), lease_id=ids.uuid7(), worker="new")
    assert claimed is not None
    assert {row.variant for row in claimed[1]} == {""}


def test_who_waits_is_not_due_however_long_it_takes(house):
    dispatch = started()
    sending.work()
    with time_machine.travel(timezone.now() + timedelta(days=4_000)):
        assert ledger.claim(fresh(dispatch), lease_id=ids.uuid7(), worker="w") is None


def test_a_pause_holds_the_rest_that_was_let_go(house):
    dispatch = started()
    sending.work()
    actions.pause(dispatch=fresh(dispatch), by=None)
    arms.let_go(fresh(dispatch), arm=FIRST)
    sending.work()
    assert dispatch.messages.filter(variant="", state="accepted").count() == 0
    actions.resume(dispatch=fresh(dispatch), by=None)
    sending.work()
    assert fresh(dispatch).state == "finished"


def test_a_cancel_leaves_out_everybody_who_waits(house):
    dispatch = started()
    sending.work()
    actions.cancel(dispatch=fresh(dispatch), by=None)
    rest = dispatch.messages.filter(variant="")
    assert set(rest.values_list("state", "reason")) == {("skipped", "cancelled")}
    arms.let_go(fresh(dispatch), arm=SECOND)
    sending.work()
    assert set(rest.values_list("state", flat=True)) == {"skipped"}


def test_a_worker_that_dies_amid_the_rest_costs_nobody_a_letter(house, own_folders):
    dispatch = started()
    sending.work()
    arms.let_go(fresh(dispatch), arm=SECOND)
    lease_id = ids.uuid7()
    Spool(lease_id, is_repeatable=False).close()
    ledger.claim(fresh(dispatch), lease_id=lease_id, worker="dead", limit=7)
    with time_machine.travel(timezone.now() + ledger.LEASE + ledger.GRACE + timedelta(minutes=5)):
        assert recovery.recover() == 7
        sending.work()
    assert fresh(dispatch).state == "finished"
    left = subjects_of(own_folders)
    assert len(left) == NUMBER
    assert list(left.values()).count("One") == dispatch.messages.filter(variant=FIRST).count()


def test_an_arm_whose_servers_are_busy_keeps_nobody_waiting(house):
    dispatch = started()
    sending.work()
    one = dispatch.messages.filter(variant=FIRST).first()
    later = timezone.now() + timedelta(hours=1)
    Message.objects.filter(pk=one.pk).update(state="deferred", next_try_at=later, settled_at=None)
    assert arms.are_through(fresh(dispatch))
    Message.objects.filter(pk=one.pk).update(state="queued")
    assert not arms.are_through(fresh(dispatch))


def test_an_audience_that_is_not_whole_is_neither_through_nor_let_go(house, monkeypatch):
    monkeypatch.setattr(freezing, "FIRST", 10)
    dispatch = compared(question={})
    assert not dispatch.frozen_at
    assert not arms.are_through(dispatch)
    with pytest.raises(ValueError, match="not whole"):
        arms.let_go(dispatch, arm=FIRST)


def test_what_is_frozen_later_is_drawn_in_the_same_way(house, monkeypatch, own_folders):
    monkeypatch.setattr(freezing, "FIRST", 10)
    monkeypatch.setattr(freezing, "SLICE", 20)
    monkeypatch.setitem(audiences._answers, "campaign", lambda _one: Asked(Reader.objects.all(), Ways(), written))
    dispatch = started(question={})
    sending.work()
    arms.let_go(fresh(dispatch), arm=SECOND)
    sending.work()
    assert fresh(dispatch).state == "finished"
    assert fresh(dispatch).letters == NUMBER
    for row in dispatch.messages.all():
        lot = int(row.message_id[: arms.DIGITS], 16)
        assert row.variant == (FIRST if lot < QUARTER else SECOND if lot < 2 * QUARTER else "")
    assert len(subjects_of(own_folders)) == NUMBER


def test_each_arm_is_written_in_every_way_also_where_nobody_of_it_meets_the_rule():
    assert arms.names({"A", f"B.es{FIRST}", SECOND}) == {
        *ARMS,
        "A",
        f"A{FIRST}",
        f"A{SECOND}",
        "B.es",
        f"B.es{FIRST}",
        f"B.es{SECOND}",
    }


@given(st.text("ABCDEFGH", max_size=8), st.sampled_from(["", ".es"]), st.sampled_from(["", *ARMS]))
def test_a_way_keeps_its_name_beside_the_arms(marks, language, arm):
    name = f"{marks}{language}{arm}"
    assert (arm_of(name), without_arm(name)) == (arm, f"{marks}{language}")
    assert parted(name) == parted(f"{marks}{language}")
    assert len(name) <= Variant._meta.get_field("name").max_length


def test_links_are_counted_for_each_arm_and_shown_together(house):
    dispatch = compared()
    links = {link.arm: link for link in Link.objects.filter(dispatch=dispatch)}
    assert set(links) == {"", *ARMS}
    now = timezone.now()
    for arm, visitor, is_machine in (
        (FIRST, "a", False),
        (FIRST, "a", False),
        (FIRST, "b", False),
        (FIRST, "m", True),
        (SECOND, "c", False),
        ("", "d", False),
        (SECOND, "", False),
    ):
        Click.objects.create(link=links[arm], visitor=visitor, is_machine=is_machine, at=now)
    Click.objects.create(link=links[SECOND], visitor="late", at=now + timedelta(hours=4))
    assert counting.visitors(dispatch.pk, until=now + timedelta(hours=3)) == {FIRST: 2, SECOND: 1}
    (shown,) = counting.by_link(dispatch.pk)
    assert (shown.people, shown.machines) == (7, 1)


class Drawing(TestCase):
    @given(st.lists(st.sampled_from(["A", "B", ""]), min_size=1, max_size=40), st.floats(0.01, 0.25))
    @settings(max_examples=15, deadline=None)
    def test_whoever_is_drawn_everybody_is_in_one_group_and_gets_one_letter(self, marks, share):
        with patch.object(freezing.hints, "work_waits"):
            make.crowd(len(marks))
            dispatch = make.dispatch(arm_size=arms.sized(share), written=written, letter=written(""))
        rows = list(dispatch.messages.all())
        assert len(rows) == len({row.address_hash for row in rows}) == len(marks)
        for row in rows:
            assert (row.next_try_at == arms.HELD) == (row.variant == "")
