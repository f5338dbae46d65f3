"""The look in a real browser: alerts, another hue and the components are clean; nothing is heavy, nothing jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import path
from django.utils import timezone
from playwright.sync_api import Browser, Page
from wagtail.models import Site

from config.urls import urlpatterns as addresses
from content.branding import Branding
from home.demo.components import components
from home.models import HomePage
from newsletter.editions.models import TipPage
from practice.alerts import Alert
from practice.models import Location, Practice
from tests.factories.editions import edition, letter_blocks, picture
from tests.factories.practice import closed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
urlpatterns = [path("demo/components/", components, name="components"), *addresses]
LOOKS = [(390, "light", "m"), (1280, "dark", "m"), (390, "dark", "xl"), (1280, "light", "m")]
FIRST_LOAD, SCRIPT = 80 * 1024, 1024
SHIFTS = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 400);
})"""
Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, live_server: Any, site: HomePage, settings: Any, tmp_path: Any) -> Iterator[Open]:
    """Return a way to open a page of the planted site, with the page of components."""
    settings.DEMO, settings.ROOT_URLCONF, settings.MEDIA_ROOT = True, __name__, tmp_path
    address = urlsplit(live_server.url)
    Site.objects.update(hostname=address.hostname, port=address.port)
    contexts = []

    def look(where: str, *, width: int = 1280, text: str = "m", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        context.add_cookies([{"name": "text", "value": text, "url": live_server.url}])
        context.set_default_timeout(120_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(live_server.url + where)
        return page

    yield look
    for context in contexts:
        context.close()


@pytest.fixture
def loud(site: HomePage, location: Location) -> None:
    """Say everything at once: closed today, an alert of each level, in another hue."""
    closed(location, timezone.now().astimezone(location.zone).date(), "Training day")
    for weekday in (5, 6):
        location.hours.create(weekday=weekday)
    for level, text in (("bad", "Our phone is out."), ("warn", "Snow: call first."), ("info", "New door.")):
        Alert.objects.create(practice=Practice.objects.get(), text=text, level=level, link="/contact/")
    Branding.objects.create(practice=Practice.objects.get(), hue=300, accent_hue=90)


def found_by_axe(page: Page) -> list[str]:
    """Return what axe finds, with the first element of each."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found]


@pytest.mark.parametrize(("width", "scheme", "text"), LOOKS)
def test_alerts_and_another_hue_are_clean(opened: Open, loud: None, width: int, scheme: str, text: str) -> None:
    page = opened("/", width=width, text=text, color_scheme=scheme)
    assert page.locator(".gw-notice").count() == 4
    assert found_by_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("width", "scheme", "text"), LOOKS)
def test_the_page_of_components_is_clean(opened: Open, width: int, scheme: str, text: str) -> None:
    picture(800, 600)
    page = opened("/demo/components/", width=width, text=text, color_scheme=scheme)
    assert page.locator("[data-component]").count() > 20
    assert found_by_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_contrast_themes_of_the_system_keep_every_button_visible(opened: Open, loud: None) -> None:
    page = opened("/", forced_colors="active")
    edges = page.evaluate("[...document.querySelectorAll('.gw-btn')].map(e => getComputedStyle(e).borderTopWidth)")
    assert edges
    assert "0px" not in edges


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_picture_of_a_letter_fills_the_head_of_its_card_and_no_more(opened: Open, tip: TipPage, width: int) -> None:
    letter = edition(blocks=letter_blocks(tip_page=tip, shot=picture()))
    page = opened(letter.url_path.removeprefix("/home"), width=width)
    left, top, right = page.evaluate("""() => {
        const box = e => document.querySelector(e).getBoundingClientRect();
        const [card, picture] = [box(".gw-card"), box(".gw-card > .gw-pic")];
        return [picture.left - card.left, picture.top - card.top, card.right - picture.right];
    }""")
    assert [round(left), round(top), round(right)] == [1, 1, 1]  # the card's line


def test_paper_shows_what_is_folded_away_on_the_screen(opened: Open) -> None:
    page = opened("/services/root-canal/")
    folded = page.locator("details.gw-fold:not([open]) > :not(summary)").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()


@pytest.mark.parametrize("where", ["home", "service", "tip"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_first_visit_is_light_and_nothing_jumps(
    opened: Open, tip: TipPage, loud: None, where: str, width: int
) -> None:
    address = {"home": "/", "service": "/services/root-canal/", "tip": tip.url_path.removeprefix("/home")}[where]
    page = opened("/robots.txt", width=width)
    sizes: dict[str, int] = {}
    kinds: dict[str, str] = {}

    def note(response: Any) -> None:
        sizes[response.url] = len(response.body())
        kinds[response.url] = response.request.resource_type

    page.on("response", note)
    root = page.url.removesuffix("/robots.txt")
    page.goto(root + address, wait_until="networkidle")
    assert page.evaluate(SHIFTS) == 0
    blocking = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus === 'blocking').map(e => e.name)"
    )
    assert len(blocking) == 3  # two of everybody's and this practice's colors
    assert all(name.endswith(".css") for name in blocking)
    assert sum(size for url, size in sizes.items() if kinds[url] == "script") <= SCRIPT
    # the test's server sends files as they are; a real one packs text to less than half
    packed = sum(size if kinds[url] in {"font", "image"} else size * 0.45 for url, size in sizes.items())
    assert packed <= FIRST_LOAD, sizes
