"""What a question finds is written inside the database; a slip of the pen is told."""

from __future__ import annotations

import hashlib

import pytest
from django.db.models import F, Value

from patients.models import Tag
from vault.inserting import Digest, insert_found

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_each_row_found_is_written_once_and_what_is_fixed_is_in_each() -> None:
    Tag.objects.create(name="one", nature="contact")
    Tag.objects.create(name="two", nature="contact")
    assert insert_found(Tag, Tag.objects.filter(name="two"), name=Value("%s of 100 %"), nature="clinical") == 1
    assert set(Tag.objects.values_list("name", "nature")) == {
        ("one", "contact"),
        ("two", "contact"),
        ("%s of 100 %", "clinical"),
    }


def test_a_digest_is_the_same_as_in_python() -> None:
    Tag.objects.create(name="Núñez ✓")
    found = Tag.objects.annotate(digest=Digest(F("name"))).values_list("digest", flat=True)
    assert list(found) == [hashlib.sha256("Núñez ✓".encode()).hexdigest()]


def test_nothing_found_is_nothing_written() -> None:
    assert insert_found(Tag, Tag.objects.none(), name=F("name")) == 0


def test_a_field_that_is_not_there_is_told() -> None:
    with pytest.raises(TypeError, match="nmae"):
        insert_found(Tag, Tag.objects.all(), name=F("name"), nmae="x")
