"""The command `campaign` makes, starts, holds, stops and reads, as interface.md has it."""

from __future__ import annotations

import csv
import io
import json

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from delivery.models import Message
from newsletter.campaigns.models import Campaign


def run(*args):
    out = io.StringIO()
    call_command("campaign", *args, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def ref(draft, readers):
    return run("new", "--edition", draft.ref)


def test_from_new_to_the_ledger(ref, readers):
    assert ref == Campaign.objects.get().ref
    assert run("start", ref) == f"{ref} running"
    assert run("pause", ref) == f"{ref} paused"
    assert run("resume", ref) == f"{ref} running"
    status = json.loads(run("status", ref, "--json"))
    assert status["letters"] == status["queued"] == 2
    assert status["state"] == "running"
    rows = list(csv.DictReader(io.StringIO(run("ledger", ref, "--csv"))))
    assert {row["address"] for row in rows} == {"castellanos@home.example", "walter@home.example"}
    assert list(rows[0]) == ["recipient", "address", "state", "attempts", "message_id", "reason", "settled_at"]
    assert run("cancel", ref) == f"{ref} cancelled"


def test_new_twice_is_one_campaign(ref, draft):
    assert run("new", "--edition", "2026/december", "--segment", "everyone") == ref


def test_starting_twice_sends_once(ref):
    run("start", ref)
    run("start", ref)
    assert Message.objects.count() == 2


def test_the_figures_are_readable_by_people_too(ref):
    assert "state: draft" in run("status", ref)
    run("start", ref)
    assert "walter@home.example" in run("ledger", ref)


@pytest.mark.parametrize(
    "args",
    [
        ("start", "CA-XXXX"),
        ("status", "CA-XXXX"),
        ("new", "--edition", "ED-XXXX"),
        ("new", "--edition", "1999/none"),
    ],
)
def test_what_is_not_there_is_said(args, db):
    with pytest.raises(CommandError, match="There is no"):
        run(*args)


def test_an_unknown_segment_is_said(draft):
    with pytest.raises(CommandError, match="everyone"):
        run("new", "--edition", draft.ref, "--segment", "nobody")


def test_what_cannot_be_done_is_said(ref):
    with pytest.raises(CommandError):
        run("pause", ref)


def test_a_reason_that_is_a_formula_is_text(ref):
    run("start", ref)
    Message.objects.filter(address="walter@home.example").update(
        state="failed", reason='=HYPERLINK("http://evil")', next_try_at=None, settled_at="2026-11-23T10:00:00Z"
    )
    rows = list(csv.DictReader(io.StringIO(run("ledger", ref, "--csv"))))
    assert [row["reason"] for row in rows if row["reason"]] == ['\'=HYPERLINK("http://evil")']


@time_machine.travel("2026-11-23T17:00:00Z", tick=False)
def test_it_leaves_at_a_time_by_the_practices_clock_and_is_taken_back(ref, location):
    assert run("start", ref, "--at", "2026-12-02T08:30") == f"{ref} scheduled"
    assert json.loads(run("status", ref, "--json"))["send_at"] == "2026-12-02T16:30:00+00:00"
    assert not Message.objects.exists()
    assert run("cancel", ref) == f"{ref} draft"
    with pytest.raises(CommandError):
        run("cancel", ref)


@pytest.mark.parametrize("at", ["tomorrow", "2030-12-02T08:30Z", "2020-01-01T08:30"])
def test_a_time_that_cannot_be_is_said(at, ref):
    with pytest.raises(CommandError):
        run("start", ref, "--at", at)
