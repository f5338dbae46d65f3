"""Who sits at the desk, and whom they look at."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Patient
from practice.models import Location
from tests.cast import sign_in
from tests.factories import people


@pytest.fixture
def desk(client: Client, rosa: User) -> Client:
    """Return Rosa's browser."""
    return sign_in(client, rosa)


@pytest.fixture
def ana(location: Location) -> Patient:
    """Return somebody with something in every room."""
    made = people.whole("anaword", location, phone="360-555-0133", seen=people.long_ago(200))
    return Patient.objects.select_related("reader").get(pk=made.pk)
