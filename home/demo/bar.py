"""The bar with which a visitor of the demo changes persons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from home.demo.cast import PERSONS, Person
from home.demo.stories import person_of


@dataclass
class Bar:
    """Who can be chosen, and who was."""

    request: HttpRequest

    @property
    def persons(self) -> list[tuple[str, Person]]:
        """Return the five persons by their role."""
        return list(PERSONS.items())

    @cached_property
    def role(self) -> str:
        """Return the chosen person's role, or ""."""
        return person_of(getattr(self.request, "user", None))

    @property
    def person(self) -> Person | None:
        """Return the chosen person."""
        return PERSONS.get(self.role)


def bar(request: HttpRequest) -> Bar | None:
    """Return the bar of a request in the demo; None everywhere else."""
    return Bar(request) if settings.DEMO else None
