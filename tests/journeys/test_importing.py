"""Rosa brings a file: columns, dry run, saving, taking it back; on a phone by keyboard, and without scripts."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.factories.imports import HEADER, table
from tests.journeys.conftest import Enter
from tests.journeys.test_asking_for_a_visit import tab_to
from tests.journeys.walking import assert_axe_clean, sideways

pytestmark = pytest.mark.browser

LIST = "/admin/patients/import/"
IMPORT = re.compile(r"/admin/patients/import/IM-\w+/$")


def bring(page: Page) -> str:
    """Choose a file of two new people and one whose address is none; return the family name.

    Its last column is called like no other file's: columns that were told before are not asked for again.
    """
    family = f"Demowren{uuid4().hex[:6]}".translate(str.maketrans("0123456789", "ghijklmnop"))
    mark = uuid4().hex[:8]
    rows = [
        [f"{mark}1", "Nora", family, "3/14/1955", f"nora{mark}@mail.example", ""],
        [f"{mark}2", "Ines", family, "7/21/1961", f"ines{mark}@mail.example", ""],
        [f"{mark}3", "Otto", family, "7/30/1961", "not an address", ""],
    ]
    data = table(*rows, header=[*HEADER[:-1], f"Unused {mark}"]).encode()
    page.locator("input[type=file]").set_input_files({"name": "front.csv", "mimeType": "text/csv", "buffer": data})
    return family


def is_well(page: Page) -> None:
    """Ask axe, and whether the page is as wide as the phone."""
    assert_axe_clean(page)
    assert not sideways(page)


def press(page: Page, selector: str) -> None:
    """Press a button that the keyboard came to."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def found(page: Page, family: str) -> int:
    """Return how many people of that name the list shows."""
    page.goto(f"/admin/patients/?view=all&q={family}")
    return page.locator("main").get_by_role("link", name=re.compile(family)).count()


def test_a_file_comes_in_and_goes_again_by_keyboard_on_a_phone(enter: Enter) -> None:
    page = enter("coordinator", width=390)
    page.goto(LIST)
    is_well(page)
    family = bring(page)
    press(page, "form[enctype] button.gw-primary")
    expect(page.get_by_role("heading", name="What do the columns tell?")).to_be_visible()
    assert IMPORT.search(page.url)
    is_well(page)
    press(page, "form[action$='/columns/'] button.gw-primary")
    expect(page.locator("form[action$='/start/']")).to_be_visible()
    expect(page.locator(".gw-lead")).to_contain_text("nothing is saved yet")
    expect(page.locator("main")).to_contain_text("Not an address")
    is_well(page)
    press(page, "form[action$='/start/'] button.gw-primary")
    expect(page.get_by_role("heading", name="Saved: 2 new, 0 changed")).to_be_visible()
    is_well(page)
    there = page.url
    assert found(page, family) == 2
    page.goto(there)
    press(page, "a[href$='/undo/']")
    is_well(page)
    press(page, "form[method=post] button.gw-primary")
    expect(page.locator("[data-status=undone]")).to_contain_text("Undone")
    is_well(page)
    assert found(page, family) == 0


def test_a_file_comes_in_without_scripts(enter: Enter) -> None:
    page = enter("coordinator", java_script_enabled=False)
    page.goto(LIST)
    family = bring(page)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("button", name=re.compile(r"^Import \d+ rows?$")).click()
    expect(page.get_by_role("heading", name="Saved: 2 new, 0 changed")).to_be_visible()
    assert found(page, family) == 2
