"""What the tests of questions share: Margaret and Teo, a question, and the letter that asks it."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.models import Message
from newsletter.surveys.models import Survey
from patients.models import Patient
from tests.factories import surveys
from tests.factories.patients import PatientFactory, agree


def patient(name: str, family: str) -> Patient:
    """Return a patient who gets letters."""
    made: Patient = PatientFactory.create(reader__given_name=name, reader__family_name=family)
    agree(made.reader)
    return made


@pytest.fixture
def margaret(location: Any) -> Patient:
    """Return Margaret."""
    return patient("Margaret", "Ellison")


@pytest.fixture
def teo(location: Any) -> Patient:
    """Return Teo."""
    return patient("Teo", "Marsh")


@pytest.fixture
def question(location: Any) -> Survey:
    """Return the question of the letter."""
    return surveys.survey()


@pytest.fixture
def letter(question: Survey, margaret: Patient) -> Message:
    """Return Margaret's letter."""
    return surveys.asked(question, margaret.reader)
