"""Dates, times and figures as each language's readers in the United States write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.forms import DateField, DecimalField
from django.template import Context, Template
from django.utils import formats, translation

MOMENT = datetime(2026, 3, 4, 9, 40)  # noqa: DTZ001 - a reading of the clock; no zone is asked of it


@pytest.mark.parametrize(
    ("language", "name", "written"),
    [
        ("en", "DATE_FORMAT", "Mar 4, 2026"),
        ("en", "DATETIME_FORMAT", "Mar 4, 2026, 9:40 AM"),
        ("es", "DATE_FORMAT", "4 de marzo de 2026"),
        ("es", "DATETIME_FORMAT", "4 de marzo de 2026, 9:40 AM"),
        ("es", "TIME_FORMAT", "9:40 AM"),
        ("es", "MONTH_DAY_FORMAT", "4 de marzo"),
        ("es", "YEAR_MONTH_FORMAT", "marzo de 2026"),
        ("es", "SHORT_DATE_FORMAT", "03/04/2026"),
    ],
)
def test_a_moment_is_written_as_its_readers_write_it(language: str, name: str, written: str) -> None:
    with translation.override(language):
        assert formats.date_format(MOMENT, name) == written
        assert Template(f'{{{{ at|date:"{name}" }}}}').render(Context({"at": MOMENT})) == written


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_figure_and_a_short_day_mean_the_same_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert formats.number_format(Decimal("4.8"), 1) == "4.8"
        assert DecimalField(localize=True).clean("4.8") == Decimal("4.8")
        assert (DateField(localize=True).clean("03/04/2026").month, DateField().clean("2026-03-04").day) == (3, 4)
