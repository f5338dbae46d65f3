"""In the browser: the letters that will be sent, the preview as somebody, and a rule that is gone stays chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.factories import editions
from tests.journeys.walking import assert_axe_clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def ruled(rule):
    text = editions.block("text", heading="For all", text="<p>For all.</p>")
    some = editions.block("text", heading="For some", text="<p>For some.</p>", for_whom=rule)
    letter = editions.edition(blocks=[text, some], live=False)
    letter.save_revision()
    return letter


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_letters_that_will_be_sent_and_the_preview_pass_axe(width, scheme, window, readers):
    window.set_viewport_size({"width": width, "height": 900})
    window.emulate_media(color_scheme=scheme)
    letter = ruled("account:has_none")
    window.goto(f"/admin/newsletters/{letter.pk}/send/")
    assert_axe_clean(window)
    window.get_by_role("link", name="See letter A").click()
    expect(window.frame_locator("iframe").get_by_text("For some.")).to_be_visible()
    assert_axe_clean(window)


def test_a_rule_that_is_gone_stays_in_the_editor_and_is_not_quietly_for_everyone(window, location):
    letter = ruled("segment:SG-0000")
    window.goto(f"/admin/pages/{letter.pk}/edit/")
    choice = window.locator("select[name='body-1-value-for_whom']")
    expect(choice).to_have_value("segment:SG-0000")
    expect(window.locator("select[name='body-0-value-for_whom']")).to_have_value("")
    expect(choice.locator("option:checked")).to_have_text("No longer there: choose again")
