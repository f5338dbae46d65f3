"""The rule by which two subjects are compared keeps what it promises: few false alarms, and enough true ones."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, lgamma, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.campaigns import sureness

LETTERS = st.integers(1, 60)


def binomial(number, of, share):
    found = lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)
    return exp(found + number * log(share) + (of - number) * log(1 - share))


def called_better(letters, shares, *, wanted=(0, 1)):
    """Return how probable it is that one of two subjects is called better, whose true shares are these."""
    tables = [{n: p for n in range(letters + 1) if (p := binomial(n, letters, share)) > 1e-7} for share in shares]
    return sum(
        first * second
        for a, first in tables[0].items()
        for b, second in tables[1].items()
        if sureness.better((a, b), (letters, letters)) in wanted
    )


@given(st.data(), LETTERS, LETTERS)
def test_the_chance_is_that_of_fishers_test_in_fractions(data, first, second):
    people = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    together = sum(people)

    def exactly(one):
        return Fraction(comb(first, one) * comb(second, together - one), comb(first + second, together))

    possible = range(max(0, together - second), min(together, first) + 1)
    expected = sum(p for one in possible if (p := exactly(one)) <= exactly(people[0]))
    assert sureness.chance(people, (first, second)) == pytest.approx(float(expected), abs=1e-6)


@given(st.data(), LETTERS, LETTERS)
def test_which_part_is_called_first_changes_nothing(data, first, second):
    one, two = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    found, turned = sureness.better((one, two), (first, second)), sureness.better((two, one), (second, first))
    assert turned == (None if found is None else 1 - found)
    if found is not None:
        shares = one / first, two / second
        assert shares[found] > shares[1 - found]


@given(st.integers(5, 40), st.sampled_from([0.03, 0.1, 0.3, 0.5]))
def test_equal_subjects_are_told_apart_in_fewer_letters_than_promised(letters, share):
    assert called_better(letters, (share, share)) <= sureness.ALPHA


def test_a_real_difference_is_found_as_often_as_promised_in_the_smallest_audience():
    usual, better = 0.2, 0.4  # few letters, so that every outcome can be reckoned
    letters = sureness.fewest_in_a_part(usual, better / usual)
    found = called_better(letters, (usual, better), wanted=(1,))
    assert sureness.POWER - 0.01 <= found <= sureness.POWER + 0.06
    assert called_better(letters, (usual, better), wanted=(0,)) < 0.001
    assert called_better(letters // 2, (usual, better), wanted=(1,)) < 0.6


def test_the_smallest_audience_follows_from_the_rule():
    each = sureness.fewest_in_a_part()
    assert each == 2_649  # 3.0 % against 4.5 %: Casagrande, Pike and Smith
    assert sureness.smallest_audience() == 4 * each
    assert sureness.share(4 * each - 1) == 0
    assert sureness.share(4 * each) == sureness.MOST_SHARE


def test_parts_of_that_size_tell_those_shares_apart():
    each = sureness.fewest_in_a_part()
    assert sureness.better((round(each * 0.03), round(each * 0.045)), (each, each)) == 1
    assert sureness.better((round(each * 0.03), round(each * 0.033)), (each, each)) is None


@given(st.integers(0, 5_000_000))
def test_both_parts_together_are_never_more_than_half(letters):
    share = sureness.share(letters)
    assert 0 <= share <= sureness.MOST_SHARE
    if share:
        assert share >= sureness.LEAST_SHARE
        assert round(share * letters) >= sureness.fewest_in_a_part()


@pytest.mark.parametrize("letters", [(0, 0), (0, 50), (50, 0)])
def test_nobody_is_sure_where_a_part_got_nothing(letters):
    assert sureness.better((0, 0), letters) is None


def test_more_people_than_letters_break_nothing():
    assert sureness.better((90, 3), (50, 50)) == 0


def test_a_very_large_letter_is_reckoned_without_overflow():
    assert sureness.better((3_000, 3_200), (100_000, 100_000)) == 1
    assert 0 <= sureness.chance((50_000, 50_000), (100_000, 100_000)) <= 1
