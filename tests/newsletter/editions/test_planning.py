"""The calendar proposes tips that suit the month, rested for a year and stay reviewed."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.editions import planning
from tests.factories import editions

NOVEMBER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _here(location):
    """Have a place."""


def letter_with(tip, day):
    blocks = [editions.block("tip", tip=tip.pk, heading="", text="", button="Read")]
    return editions.edition(slug=f"{day:%B}".lower(), issued_on=day, blocks=blocks)


def proposed(first=NOVEMBER, most=9):
    return [one.tip.title for one in planning.Shelf(NOVEMBER).proposals(first, most)]


def tip(title, **attributes):
    return editions.tip(title=title, slug=title.lower().replace(" ", "-"), review_by=date(2028, 1, 1), **attributes)


def test_the_seasons_tips_come_before_those_of_any_time_and_others_not_at_all():
    tip("Any", months=[])
    tip("Winter", months=[1, 11, 12])
    tip("Summer", months=[6, 7])
    assert proposed() == ["Winter", "Any"]


@pytest.mark.parametrize(
    ("used_on", "is_proposed"),
    [(date(2025, 11, 30), True), (date(2025, 12, 1), False), (date(2026, 10, 3), False), (date(2027, 2, 1), False)],
)
def test_a_tip_rests_for_a_year_and_is_not_proposed_before_the_letter_it_is_planned_for(used_on, is_proposed):
    letter_with(tip("Winter", months=[11]), used_on)
    assert bool(proposed()) is is_proposed


def test_what_rested_longest_comes_first_and_says_when_it_was_used():
    letter_with(tip("Once", months=[11]), date(2025, 10, 3))
    letter_with(tip("Long ago", months=[11]), date(2025, 2, 3))
    tip("Never", months=[11])
    assert proposed() == ["Never", "Long ago", "Once"]
    assert planning.Shelf(NOVEMBER).proposals(NOVEMBER)[2].last_used == date(2025, 10, 3)


@pytest.mark.parametrize("changes", [{"review_by": date(2026, 12, 1)}, {"live": False}])
def test_what_may_not_be_sent_is_not_proposed(changes):
    page = tip("Winter", months=[11])
    for name, value in changes.items():
        setattr(page, name, value)
    page.save()
    assert proposed() == []


def test_the_calendar_has_twelve_months_with_their_letters_and_last_years():
    winter = tip("Winter", months=[11])
    last = letter_with(winter, date(2025, 11, 4))
    now = editions.edition(blocks=[], slug="now", issued_on=date(2026, 11, 3))
    shelf = planning.Shelf(NOVEMBER)
    months = shelf.year(NOVEMBER)
    assert [month.first.month for month in months] == [11, 12, *range(1, 11)]
    assert (months[0].letters, months[0].before) == ([now], [last])
    assert shelf.tips_of(last) == [winter]
    assert months[1].before == []


def test_the_calendar_asks_as_much_of_many_letters_as_of_few(django_assert_max_num_queries):
    for number in range(8):
        letter_with(tip(f"Tip {number}", months=[]), date(2026, number + 1, 3))
    with django_assert_max_num_queries(4):
        shelf = planning.Shelf(NOVEMBER)
        assert [shelf.tips_of(letter) for letter in shelf.letters]
        assert shelf.year(NOVEMBER)


def test_the_screen_shows_them(desk):
    letter_with(tip("Winter", months=[]), date(2025, 11, 4))
    tip("Summer", months=[7])
    shown = desk.get("/admin/newsletters/calendar/").content.decode()
    assert "Winter" in shown
    assert "Use in a new letter" in shown


def test_an_empty_calendar_says_what_is_missing(desk):
    assert "no health tips yet" in desk.get("/admin/newsletters/calendar/").content.decode()


def test_the_editor_of_a_letter_without_a_tip_proposes_some(desk):
    winter = tip("Winter warmth", months=[12])
    path = "/admin/pages/{}/edit/"
    bare = editions.edition(slug="bare", blocks=[], issued_on=date(2026, 12, 1), live=False)
    assert "Tips that suit December" in desk.get(path.format(bare.pk)).content.decode()
    full = letter_with(winter, date(2026, 12, 1))
    assert "Tips that suit December" not in desk.get(path.format(full.pk)).content.decode()
