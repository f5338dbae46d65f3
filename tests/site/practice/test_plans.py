"""The plans we take: said as people say them, each with the day on which somebody asked."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from practice.models import Practice
from practice.plans import Plan, listed
from tests.factories.practice import take_plans

pytestmark = [pytest.mark.django_db, pytest.mark.both]

migration = import_module("practice.migrations.0004_plans_and_when_they_were_checked")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Regence"], "Regence"),
        (["Regence", "cash"], "Regence and cash"),
        (["Delta Dental", "Premera", "most PPO plans"], "Delta Dental, Premera, and most PPO plans"),
    ],
)
def test_plans_are_said_as_people_say_them(names: list[str], said: str) -> None:
    assert listed(Plan(name=name) for name in names) == said


def test_a_plan_that_we_no_longer_take_is_not_said(practice: Practice) -> None:
    take_plans("Delta Dental", "Regence", checked_on=date(2026, 11, 2))
    Plan.objects.filter(name="Delta Dental").update(is_accepted=False)
    assert [str(plan) for plan in practice.plans] == ["Regence"]
    assert practice.plans_accepted == "Regence"


def test_the_plans_are_asked_for_once(practice: Practice, django_assert_num_queries: Any) -> None:
    take_plans("Delta Dental", "Regence")
    with django_assert_num_queries(1):
        assert practice.plans_accepted
        assert len(practice.plans) == 2


def test_a_plan_has_a_name_of_its_own(practice: Practice) -> None:
    take_plans("Regence")
    for name in ("Regence", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            take_plans(name)


def test_the_old_line_becomes_a_plan_each(practice: Practice) -> None:
    class Old:
        """The practice as it was before: with a line."""

        plans_accepted = "Delta Dental, Premera, and most PPO plans, Premera"

        @classmethod
        def all(cls) -> list[Any]:
            return [cls]

    class Then:
        """The models as they were then."""

        def get_model(self, app: str, name: str) -> Any:
            return apps.get_model(app, name) if name == "Plan" else type("Practice", (), {"objects": Old})

    migration.one_each(Then(), None)
    assert [plan.name for plan in practice.plans] == ["Delta Dental", "Premera", "most PPO plans"]
    assert all(plan.checked_on is None for plan in practice.plans)
