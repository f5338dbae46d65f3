"""What Wagtail's own forms save reaches the journal."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from wagtail.log_actions import log, registry
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from content.models import ModelRecord, PageRecord
from journal.models import Entry
from tests.factories.pages import root_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> Page:
    return root_page().add_child(instance=Page(title="Gum health for Walter", slug="gum"))


def test_an_editors_act_on_a_page_is_in_the_journal_without_its_title(page, hannah):
    page.title = "Gums"
    page.save_revision(user=hannah, log_action=True).publish(user=hannah)
    entries = Entry.objects.of(f"page:{page.pk}")
    assert {entry.verb for entry in entries} >= {"page.edit", "page.publish"}
    assert {entry.by for entry in entries.filter(verb="page.publish")} == {f"user:{hannah.ref}"}
    assert "Walter" not in str(list(entries.values()))


def test_an_act_on_a_setting_is_in_the_journal_by_its_reference(location, okafor):
    log(instance=location, action="wagtail.edit", user=okafor)
    entry = Entry.objects.get(subject=f"location:{location.ref}")
    assert (entry.verb, entry.by) == ("location.edit", f"user:{okafor.ref}")


def test_wagtails_history_shows_each_act_once(page, hannah):
    before = PageLogEntry.objects.count()
    log(instance=page, action="wagtail.edit", user=hannah)
    assert PageLogEntry.objects.count() == before + 1
    assert registry.get_log_entry_models() >= {PageRecord, ModelRecord}
    assert not registry.get_log_entry_models() & {PageLogEntry, ModelLogEntry}


def test_an_act_that_wagtail_cannot_record_is_in_neither(page, hannah):
    before = Entry.objects.count()
    with pytest.raises((IntegrityError, TypeError)):
        log(instance=page, action="wagtail.edit", user=hannah, unknown="x")
    assert Entry.objects.count() == before
