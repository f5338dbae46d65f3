"""One strict policy everywhere: a browser walks through the site, the portal and the admin without one report."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.walking import links_of, walk

pytestmark = pytest.mark.browser

ADMIN = re.compile(r"/admin/(?!logout|login|password)")
EVERYTHING = re.compile(r"/(?!admin/logout|accounts/logout|demo)")


@pytest.mark.parametrize("who", ["editor", "coordinator", "owner"])
def test_the_admin_works_under_the_policy(enter: Enter, who: str) -> None:
    page = enter(who, width=1440)
    opened = list(walk(page, "/admin/", within=ADMIN, most=40))
    assert len(opened) >= 5


def test_an_editor_writes_under_the_policy(enter: Enter) -> None:
    """The page editor with its rich text, choosers, date and previews."""
    page = enter("editor", width=1440)
    page.goto("/admin/newsletters/")
    edits = [link for link in links_of(page) if re.match(r"/admin/pages/\d+/edit/", link)]
    assert edits, "the list of newsletters leads to their editor"
    page.goto(edits[0])
    page.locator(".c-sf-add-button").first.click()
    page.keyboard.press("Escape")
    page.get_by_label("Toggle preview").click()
    page.locator("iframe").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")


def test_an_editor_frames_a_picture_under_the_policy(enter: Enter) -> None:
    """A box drawn over a picture is its focal point, and Save keeps it."""
    page = enter("editor", width=1440)
    page.goto("/admin/images/")
    page.goto(next(link for link in links_of(page) if re.match(r"/admin/images/\d+/", link)))
    picture = page.locator(".jcrop-holder")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    drawn = page.locator("input.focal_point_width").input_value()
    assert int(drawn) > 0
    address = page.url
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    page.goto(address)
    assert page.locator("input.focal_point_width").input_value() == drawn


@pytest.mark.parametrize("who", ["", "office", "patient"])
def test_site_and_portal_work_under_the_policy(enter: Enter, who: str) -> None:
    page = enter(who)
    start = {"": "/", "office": "/portal/office/cases/", "patient": "/portal/me/"}[who]
    assert len(list(walk(page, start, within=EVERYTHING, most=60))) >= 8


def test_a_report_would_be_noticed(enter: Enter, watch: object) -> None:
    """The walk proves itself: a style that the policy forbids is planted, and it is told."""
    from tests.journeys.walking import Watch

    assert isinstance(watch, Watch)
    page = enter()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">planted</p>')")
    page.wait_for_function("document.body.innerText.includes('planted')")
    assert any("style-src" in one for one in watch.complaints)
    watch.complaints.clear()
