"""Whole stories, as the people of the practice walk them: each in a browser of their own, in their own words."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.walking import assert_axe_clean

pytestmark = pytest.mark.browser


def drawn_xray() -> bytes:
    """Return a small picture that looks a little like an X-ray and is nobody's."""
    picture = Image.new("L", (320, 240), 24)
    ImageDraw.Draw(picture).ellipse((100, 40, 220, 200), fill=190)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_dana_sends_a_patient_and_sees_that_rosa_has_seen_it(enter: Enter) -> None:
    dana = enter("office")
    ref = send_a_patient(dana, "Clara Demofeld 03/14/1962 360-555-0188")
    expect(dana.locator("body")).to_contain_text(ref)

    rosa = enter("coordinator", width=1440)
    rosa.goto(f"/admin/inbox/{ref}/")
    expect(rosa.locator("main")).to_contain_text("Clara Demofeld")
    rosa.get_by_role("button", name=re.compile("^Acknowledge")).first.click()

    dana.goto(f"/portal/office/cases/{ref}/")
    expect(dana.locator("main")).to_contain_text("Acknowledged")
    expect(dana.locator("main")).to_contain_text("Rosa Delgado")
    assert_axe_clean(dana)


def send_a_patient(page: Page, line: str, note: str = "") -> str:
    """Fill the form as from a locked screen's habit: one pasted line, a reason, a tooth, a picture, Send."""
    page.goto("/portal/office/cases/new/")
    form = page.locator("#case-form")
    form.get_by_label("Find or add a patient").fill(line)
    form.get_by_label("Root canal", exact=True).check()
    form.get_by_label("Tooth 19", exact=True).check()
    form.get_by_label("The patient knows").check()
    form.get_by_label("Note for the dentist").fill(note)
    picture = {"name": "x-ray.png", "mimeType": "image/png", "buffer": drawn_xray()}
    form.locator("input[type=file]").set_input_files([picture])
    page.get_by_role("button", name="Send referral").click()
    page.wait_for_url(re.compile(r"/portal/office/cases/[A-Z]+-\w+/"))
    found = re.search(r"/cases/([A-Z]+-\w+)/", page.url)
    assert found
    return found[1]


def test_a_friend_opens_margarets_link_and_asks_for_a_call(enter: Enter) -> None:
    margaret = enter("patient", width=390)
    margaret.goto("/portal/me/referrals/new/")
    link = margaret.locator("code").first.inner_text().strip()
    friend = enter(width=390)
    friend.goto(f"http://{link}")
    expect(friend.locator("main")).not_to_contain_text("Ellison")
    assert_axe_clean(friend)
    assert friend.locator("form").count() >= 1


def test_the_site_can_be_read_without_script_and_by_keyboard(enter: Enter) -> None:
    visitor = enter(java_script_enabled=False, width=390)
    visitor.goto("/contact/")
    expect(visitor.locator("h1")).to_be_visible()
    keyboard = enter()
    keyboard.keyboard.press("Tab")
    assert keyboard.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_hostile_words_stay_words_on_every_page(enter: Enter) -> None:
    dana = enter("office")
    dialogs: list[str] = []
    rosa = enter("coordinator", width=1440)
    for page in (dana, rosa):
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    ref = send_a_patient(dana, "Eve Demofeld 11/23/1970 360-555-0189", "<img src=x onerror=alert(1)>{{7*7}}")
    for path in (f"/portal/office/cases/{ref}/", "/portal/office/cases/", f"/portal/office/cases/{ref}/print/"):
        dana.goto(path)
    rosa.goto(f"/admin/inbox/{ref}/")
    expect(rosa.locator("body")).to_contain_text("onerror=alert(1)>{{7*7}}")
    rosa.goto("/admin/inbox/?q=Eve")
    assert dialogs == []
