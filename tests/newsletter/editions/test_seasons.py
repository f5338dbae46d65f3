"""A tip says which months it suits."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from newsletter.editions.models import TipPage
from newsletter.editions.models.seasons import validate_months


@pytest.mark.parametrize("months", [[], [1], [11, 12], list(range(1, 13))])
def test_months_of_the_year_may_stand_there(months):
    validate_months(months)


@pytest.mark.parametrize("months", [[0], [13], [2, 1], [1, 1], "1", None, ["1"], [{}], {"1": 2}, [True, 1]])
def test_nothing_else_may(months):
    with pytest.raises(ValidationError):
        validate_months(months)


def test_the_form_has_twelve_boxes_and_gives_numbers():
    field = TipPage._meta.get_field("months").formfield()
    assert len(field.choices) == 12
    assert field.clean(["1", "12"]) == [1, 12]
    assert field.clean([]) == []
    with pytest.raises(ValidationError):
        field.clean(["13"])
