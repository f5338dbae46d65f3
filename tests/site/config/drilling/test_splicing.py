"""The drill of the splice: hostile letters to hostile names, compared to what Django writes."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.benching import building
from config.drilling import splicing
from delivery.envelope import Compiled


def test_five_hundred_hostile_letters_are_read_as_djangos_own():
    assert list(splicing.wrongs(500, 7)) == []


def test_the_command_tells_how_many_differ(monkeypatch):
    said = StringIO()
    call_command("drill", "--splice", "60", "--seed", "3", stdout=said)
    assert json.loads(said.getvalue()) == {"compared": 60, "different": 0, "seed": 3}
    real = Compiled.splice
    monkeypatch.setattr(Compiled, "splice", lambda self, whom: real(self, whom).replace(b"desk@", b"Desk@"))
    with pytest.raises(CommandError, match="not read as"):
        call_command("drill", "--splice", "5", stdout=said)
    assert "Reply-To" in said.getvalue()


def test_the_bench_of_building_compares_what_it_measures():
    (measure,) = building.measured(runs=1)
    assert measure.name == "build.vs_django"
    assert measure.ratio is not None
    assert measure.ratio > 20
