"""Every link of a letter is looked at: ours in the house, foreign ones by asking, and nobody waits for that."""

from __future__ import annotations

import pytest
from wagtail.contrib.redirects.models import Redirect

from newsletter.editions import checks, hinting, tasks
from newsletter.editions.checks import Verdict
from newsletter.editions.checks import links as of_links
from newsletter.editions.models import EditionPage, TipPage
from tests.factories import editions
from tests.services import foreign


@pytest.fixture
def web(settings):
    """Return the made-up web, asked in the place of the real one."""
    settings.PROBING = {"resolver": "tests.services.foreign.resolver", "opener": "tests.services.foreign.opener"}
    with foreign.served() as served:
        yield served


def call(link="/newsletter/", text=""):
    return editions.block("appointment_call", heading="Come", text=text, button="Pick a time", link=link)


def letter(*blocks):
    editions.archive()
    return EditionPage.objects.get(pk=editions.edition(blocks=list(blocks)).pk)


def outcomes(edition, seconds=0.0):
    return [check for check in checks.run(edition, seconds=seconds) if str(check.name) == "Links"]


def verdicts(edition, seconds=0.0):
    return [check.verdict for check in outcomes(edition, seconds)]


@pytest.mark.parametrize(
    "link",
    [
        *("/newsletter/", "/newsletter", "/newsletter/?year=2026", "/newsletter/#subscribe-email", "/", "/es/book/"),
        *("/book/", "{refer_url}", "mailto:us@home.example", "tel:+13605550100"),
    ],
)
def test_a_link_to_what_stands_is_fine(link, location):
    assert verdicts(letter(call(link))) == [Verdict.FINE]


@pytest.mark.parametrize("link", ["/book/decembr/", "/services/none/", "/newsletter/2026/none/", "/documents/9/a.pdf"])
def test_a_link_of_ours_to_what_is_not_there_holds_the_letter_back(link, location):
    edition = letter(call(link))
    (found,) = outcomes(edition)
    assert found.is_in_the_way
    assert found.sentence == f"“Pick a time” leads to {link}, which is not there."
    assert found.where.endswith(f"#:w:contentpath=body.{edition.body[0].id}")


def test_a_link_to_a_page_that_is_not_published_holds_the_letter_back(location):
    tip = editions.tip()
    edition = letter(call(tip.url))
    assert verdicts(edition) == [Verdict.FINE]
    TipPage.objects.get().unpublish()
    assert verdicts(edition) == [Verdict.MUST_FIX]


def test_a_page_that_moved_and_left_a_note_is_there(location):
    edition = letter(call("/spring/"))
    assert verdicts(edition) == [Verdict.MUST_FIX]
    Redirect.objects.create(old_path="/spring", redirect_link="/newsletter/")
    assert verdicts(edition) == [Verdict.FINE]


def test_words_that_lead_to_a_deleted_page_hold_the_letter_back(location):
    text = '<p><a linktype="page" id="98765">our old page</a></p>'
    (found,) = outcomes(letter(call(text=text)))
    assert found.is_in_the_way
    assert "deleted" in found.sentence


def test_foreign_links_in_any_text_are_asked_once(location, web):
    text = (
        '<p>See <a href="http://good.example/a?b=1&amp;c=2">them</a> and <a href="http://good.example/">these</a>.</p>'
    )
    edition = letter(call("http://good.example/", text=text))
    assert verdicts(edition, 5) == [Verdict.FINE]
    assert sorted(way for _method, _host, way in web.asked) == ["/", "/a?b=1&c=2"]


@pytest.mark.parametrize(
    ("address", "verdict", "says"),
    [
        ("http://good.example/status/404", Verdict.MUST_FIX, "which is not there"),
        ("http://nobody.gone/", Verdict.MUST_FIX, "there is no such site"),
        ("http://good.example/status/503", Verdict.LOOK, "which answered 503"),
        ("http://nobody.mute/", Verdict.LOOK, "could not be reached"),
        ("https://good.example/", Verdict.LOOK, "certificate"),
        ("http://inside.example/", Verdict.LOOK, "private network"),
        ("http://good.example:8080/", Verdict.LOOK, "unusual port"),
        ("http://a:b@good.example/", Verdict.LOOK, "Take that out"),
    ],
)
def test_what_a_foreign_link_answered_is_said(address, verdict, says, location, web):
    web.names["inside.example"] = ["10.0.0.1"]
    (found,) = outcomes(letter(call(address)), 5)
    assert found.verdict == verdict
    assert says in found.sentence
    assert "a:b" not in found.sentence


def test_without_asking_it_is_said_that_nobody_asked_and_the_worker_does(location, web):
    edition = letter(call("http://good.example/status/410"))
    (found,) = outcomes(edition)
    assert found.verdict == Verdict.LOOK
    assert "not asked yet" in found.sentence
    assert web.asked == []
    tasks.ask_links(edition.pk)
    assert verdicts(edition) == [Verdict.MUST_FIX]


def test_the_worker_is_told_once_and_survives_a_letter_that_is_gone(location, web, settings):
    edition = letter(call("http://good.example/"))
    assert not of_links.are_all_asked([edition])
    for _look in range(3):
        hinting.links_wait(edition)
    tasks.ask_links(edition.pk)
    assert of_links.are_all_asked([edition])
    tasks.ask_links(edition.pk + 1)


def test_many_bad_links_are_counted_not_all_told(location):
    edition = letter(*[call(f"/none/{number}/") for number in range(20)])
    found = outcomes(edition)
    assert len(found) == of_links.MOST_LINES + 1
    assert "12 more links" in found[-1].sentence
    assert found[-1].is_in_the_way
