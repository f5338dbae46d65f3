"""What each role finds in the admin's menu: its own work, and nothing that it may not touch."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.menu import Menu, admin_menu, reports_menu, settings_menu
from wagtail.models import Collection

from accounts.models import User
from home.models import HomePage
from patients.wagtail_hooks import people_menu
from tests.cast import sign_in
from tests.factories.pages import root_collection

pytestmark = pytest.mark.django_db

PAGES = {"aging-pages", "locked-pages", "page-types-usage", "site-history", "workflow-tasks", "workflows"}
REPORTS = {"consent", "shut-addresses", "sending-address"}
WRITING = {"newsletters", "surveys", "explorer", "images", "documents", "reports", "settings"}
PRACTICE = {
    "branding",
    "patients-settings",
    "practice",
    "tell-a-friend",
    "test-readers",
    "testimonials",
    "themes-of-answers",
    "topics-of-tips",
}
DESK = {"duplicates", "import", "patients", "preference-form", "segments"}
# who: the main menu besides Home, Settings, Reports, People
TABLE: dict[str, tuple[set[str], set[str], set[str], set[str]]] = {
    "hannah": (
        WRITING | {"people"},
        {"practice", "testimonials", "themes-of-answers", "topics-of-tips"},
        PAGES | REPORTS,
        {"segments"},
    ),
    "rosa": ({"inbox", "follow-ups", "surveys", "people", "reports"}, set(), REPORTS, DESK),
    "theo": ({"inbox", "surveys", "people"}, set(), set(), {"patients"}),
    "colette": (
        WRITING | {"inbox", "follow-ups", "people"},
        PRACTICE,
        PAGES | REPORTS,
        DESK | {"hand-out"},
    ),
    "okafor": (
        WRITING | {"inbox", "follow-ups", "people"},
        PRACTICE
        | {"approval-of-newsletters", "sending-of-newsletters", "redirects", "sites", "workflows", "workflow-tasks"},
        PAGES | REPORTS | {"journal"},
        DESK | {"hand-out"},
    ),
    "priya": ({"people", "reports"}, set(), REPORTS | {"journal"}, {"hand-out", "patients"}),
}
CLOSED_TO_EDITORS = (
    "wagtailusers_users:index",
    "wagtailusers_groups:index",
    "wagtailsites:index",
    "wagtailredirects:index",
    "wagtailadmin_workflows:index",
    "wagtailadmin_collections:index",
    "wagtailsnippets_practice_location:list",
    "journal",
    "inbox:list",
)


@pytest.fixture
def library(db: None) -> Collection:
    """Return the root of all pictures, as Wagtail's migrations would have made it, before anybody holds a role."""
    return root_collection()


def names(menu: Menu, user: User) -> set[str]:
    """Return the names of the entries that a person sees."""
    request: Any = RequestFactory().get("/admin/")
    request.user = user
    return {item.name for item in menu.menu_items_for_request(request)}


@pytest.mark.parametrize("who", TABLE)
def test_each_role_sees_its_own_work(
    library: Collection, site: HomePage, request: pytest.FixtureRequest, who: str
) -> None:
    user: User = request.getfixturevalue(who)
    main, settings, reports, people = TABLE[who]
    assert names(admin_menu, user) == main | {"home"}
    assert names(settings_menu, user) == settings
    assert names(reports_menu, user) == reports
    assert names(people_menu, user) == people


@pytest.mark.parametrize("name", CLOSED_TO_EDITORS)
def test_what_an_editor_does_not_see_is_closed_too(
    library: Collection, site: HomePage, client: Client, hannah: User, name: str
) -> None:
    answer = sign_in(client, hannah).get(reverse(name))
    assert answer.status_code in {302, 403}
    if answer.status_code == 302:
        assert answer["Location"] == reverse("wagtailadmin_home"), "Wagtail sends back home, with a word on why"


@pytest.mark.parametrize("who", ["rosa", "theo", "priya"])
def test_who_edits_no_pages_sees_none(
    library: Collection, site: HomePage, client: Client, request: pytest.FixtureRequest, who: str
) -> None:
    sign_in(client, request.getfixturevalue(who))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[site.pk])).status_code in {302, 403}
    assert client.get(reverse("wagtailimages:index")).status_code in {302, 403}
    assert client.get(reverse("newsletters:index")).status_code in {302, 403}


@pytest.mark.parametrize("who", ["hannah", "colette", "okafor"])
def test_who_edits_pages_opens_all_that_is_shown(
    library: Collection, site: HomePage, client: Client, request: pytest.FixtureRequest, who: str
) -> None:
    sign_in(client, request.getfixturevalue(who))
    for name in ("wagtailimages:index", "newsletters:index", "wagtailsnippets_practice_service:list"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get(reverse("wagtailadmin_pages:edit", args=[site.pk])).status_code == 200
