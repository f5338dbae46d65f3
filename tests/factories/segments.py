"""Makes saved segments."""

from __future__ import annotations

import factory

from patients.models import Segment


class SegmentFactory(factory.django.DjangoModelFactory[Segment]):
    """Whoever reads Spanish, by name of the test."""

    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Readers of Spanish {n}")
    tree = factory.LazyFunction(lambda: {"match": "all", "parts": [{"ask": "language", "how": "is", "among": ["es"]}]})
    made_by = "user:US-TEST"
