"""Settings, Practice: who may change it, and that a change is seen at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from accounts.models import User
from accounts.roles import Role
from practice.models import Closure, Location, OpeningHours, Practice, Provider, Service, StaffMember
from practice.policy import EditorsToo, ManagersOnly, OnlyOne
from tests.cast import sign_in
from tests.factories import accounts
from tests.factories.pages import root_page

MODELS = ("practice", "location", "openinghours", "closure", "staffmember", "awaydate", "provider", "service")
INVISIBLE = {302, 403, 404}
EDITORS_TOO = {"hannah": {"service"}}


def screen(model: str, view: str = "list", *args: Any) -> str:
    """Return the address of one screen."""
    return reverse(f"wagtailsnippets_practice_{model}:{view}", args=args)


@pytest.fixture
def root(db: None) -> Page:
    """Return the root of all pages."""
    return root_page()


def test_the_owner_finds_all_of_it(root: Page, client: Client, okafor: User, root_canal: Service) -> None:
    sign_in(client, okafor)
    for model in MODELS:
        assert client.get(screen(model)).status_code == 200, model
        if model != "practice":
            assert client.get(screen(model, "add")).status_code == 200, model
    for model, thing in (
        ("practice", Practice.objects.get()),
        ("location", Location.objects.get()),
        ("openinghours", OpeningHours.objects.first()),
        ("staffmember", StaffMember.objects.first()),
        ("provider", Provider.objects.first()),
        ("service", root_canal),
    ):
        assert thing is not None
        assert client.get(screen(model, "edit", thing.pk)).status_code == 200, model


def test_the_office_manager_may_change_it_too(root: Page, client: Client, colette: User) -> None:
    assert sign_in(client, colette).get(screen("location")).status_code == 200


@pytest.mark.parametrize("who", ["hannah", "rosa", "theo", "priya", "dana", "margaret"])
def test_nobody_else_may(root: Page, request: pytest.FixtureRequest, client: Client, who: str) -> None:
    user: User = request.getfixturevalue(who)
    location = Location.objects.first()
    sign_in(client, user)
    for model in set(MODELS) - EDITORS_TOO.get(who, set()):
        assert client.get(screen(model)).status_code in INVISIBLE, model
        assert client.get(screen(model, "add")).status_code in INVISIBLE, model
    if location:
        answer = client.post(screen("location", "edit", location.pk), {"name": "Mine"})
        assert answer.status_code in INVISIBLE
        location.refresh_from_db()
        assert location.name != "Mine"


def test_a_visitor_is_asked_to_sign_in(root: Page, client: Client) -> None:
    answer = client.get(screen("location"))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_a_new_phone_number_stands_at_once(root: Page, client: Client, okafor: User, location: Location) -> None:
    fields = {
        "practice": location.practice_id,
        "name": location.name,
        "is_main": "on",
        "street": location.street,
        "city": location.city,
        "state": location.state,
        "zip_code": location.zip_code,
        "phone": "360-555-0199",
        "emergency_phone": "",
        "time_zone": location.time_zone,
    }
    answer = sign_in(client, okafor).post(screen("location", "edit", location.pk), fields)
    assert answer.status_code == 302
    location.refresh_from_db()
    assert location.phone == "360-555-0199"


def test_working_days_are_ticked(root: Page, client: Client, okafor: User, rosa: User, location: Location) -> None:
    member = StaffMember.objects.get(user=rosa)
    html = sign_in(client, okafor).get(screen("staffmember", "edit", member.pk)).content.decode()
    assert html.count('name="works_on"') == 7
    fields = {"name": member.name, "title": "", "slug": member.slug, "location": location.pk, "deputy": ""}
    fields |= {"works_on": ["4", "0", "9", "x"], "bio": "", "order": "100", "is_active": "on"}
    assert client.post(screen("staffmember", "edit", member.pk), fields).status_code == 302
    member.refresh_from_db()
    assert member.works_on == "0,4"


def test_hours_that_end_before_they_begin_are_refused(
    root: Page, client: Client, okafor: User, location: Location
) -> None:
    before = OpeningHours.objects.count()
    fields = {"location": location.pk, "weekday": "5", "opens": "17:00", "closes": "08:00"}
    answer = sign_in(client, okafor).post(screen("openinghours", "add"), fields)
    assert answer.status_code == 200
    assert OpeningHours.objects.count() == before


def test_a_holiday_is_kept_once(root: Page, client: Client, okafor: User, location: Location) -> None:
    sign_in(client, okafor)
    fields = {"location": location.pk, "on": "2026-12-25", "name": "Christmas"}
    assert client.post(screen("closure", "add"), fields).status_code == 302
    assert client.post(screen("closure", "add"), fields).status_code == 200
    assert Closure.objects.count() == 1


def test_there_is_one_practice_and_it_stays(root: Page, client: Client, okafor: User, practice: Practice) -> None:
    sign_in(client, okafor)
    assert client.get(screen("practice", "add")).status_code in INVISIBLE
    assert client.post(screen("practice", "delete", practice.pk)).status_code in INVISIBLE
    assert Practice.objects.count() == 1


def test_who_may_is_known_by_role(okafor: User, colette: User, hannah: User) -> None:
    policy = ManagersOnly(Location)
    assert set(policy.users_with_any_permission(["change"])) == {okafor, colette}
    assert policy.user_has_permission(okafor, "delete")
    assert not policy.user_has_permission(hannah, "change")
    okafor.is_active = False
    assert not policy.user_has_permission(okafor, "change")


def test_an_editor_adds_a_service_and_goes_on_with_its_page(
    root: Page, client: Client, hannah: User, practice: Practice, root_canal: Service
) -> None:
    fields = {"name": "Whitening", "slug": "whitening", "summary": "Brighter, gently.", "icon": "tooth", "order": "90"}
    form = sign_in(client, hannah).get(screen("service", "add")).text
    assert "As patients say it." in form
    assert 'name="triages"' not in form
    answer = client.post(screen("service", "add"), {**fields, "takes_cases": "on", "triages": "on"})
    service = Service.objects.get(slug="whitening")
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[service.pages.get().pk])
    assert "Its page is on the site" in client.get(answer["Location"]).text
    assert (service.takes_cases, service.triages) == (False, False)
    assert client.get(screen("service", "delete", service.pk)).status_code in INVISIBLE
    fields = {**fields, "name": root_canal.name, "slug": root_canal.slug}
    assert client.post(screen("service", "edit", root_canal.pk), fields).status_code == 302
    before = root_canal.takes_cases
    root_canal.refresh_from_db()
    assert root_canal.takes_cases == before is True


def test_a_service_gets_its_short_name_by_itself(root: Page, client: Client, hannah: User, practice: Practice) -> None:
    fields = {"name": "Snoring guards!", "slug": "", "summary": "", "icon": "tooth", "order": "90"}
    for wanted in ("snoring-guards", "snoring-guards-2"):
        assert sign_in(client, hannah).post(screen("service", "add"), fields).status_code == 302
        assert Service.objects.filter(slug=wanted).exists()


def test_a_manager_decides_what_offices_send(root: Page, client: Client, okafor: User, practice: Practice) -> None:
    fields = {"name": "Whitening", "slug": "whitening", "summary": "", "icon": "tooth", "order": "90"}
    sign_in(client, okafor).post(screen("service", "add"), {**fields, "takes_cases": "on", "triages": "on"})
    service = Service.objects.get(slug="whitening")
    assert (service.takes_cases, service.triages) == (True, True)


def test_what_is_coming_stands_before_what_is_past(
    root: Page, client: Client, okafor: User, location: Location
) -> None:
    for days, name in ((-700, "Long ago"), (300, "Far ahead"), (9, "Next week")):
        Closure.objects.create(location=location, on=timezone.localdate() + timedelta(days=days), name=name)
    html = sign_in(client, okafor).get(screen("closure")).text
    assert html.index("Next week") < html.index("Far ahead") < html.index("Long ago")


def test_hours_are_listed_in_words(root: Page, client: Client, okafor: User, location: Location) -> None:
    html = sign_in(client, okafor).get(screen("openinghours")).text
    assert "Monday, 8:00 AM" in html
    assert "Method" not in html


def test_who_may_touch_services_is_known_by_role(okafor: User, hannah: User, rosa: User) -> None:
    policy = EditorsToo(Service)
    assert set(policy.users_with_any_permission(["change"])) == {okafor, hannah}
    assert set(policy.users_with_any_permission(["delete"])) == {okafor}
    assert policy.user_has_permission(hannah, "add")
    assert not policy.user_has_permission(hannah, "delete")
    assert not policy.user_has_permission(rosa, "view")


def test_a_new_practice_gets_its_pages(root: Page, client: Client, db: None) -> None:
    boss = accounts.person(Role.OWNER)
    assert OnlyOne(Practice).user_has_permission(boss, "add")
    fields = {
        "name": "Kestrel",
        "descriptor": "",
        "legal_name": "Kestrel Family Dental",
        "kind": "dentist",
        "second_eyes": "nobody",
        "domain": "kestrel.example",
        "sender_name": "Kestrel",
        "sender_email": "hello@kestrel.example",
        "reply_email": "desk@kestrel.example",
        "case_prefix": "KF",
    }
    answer = sign_in(client, boss).post(screen("practice", "add"), fields)
    assert answer.status_code == 302
    home = Site.objects.get(is_default_site=True).root_page
    assert home.title == "Kestrel"
    assert home.get_children().filter(slug="hipaa-notice").exists()


def test_a_new_service_gets_its_page(root: Page, client: Client, okafor: User, location: Location) -> None:
    from home.pages import plant

    plant(Practice.objects.get())
    fields = {"name": "Sedation", "slug": "sedation", "summary": "Sleep through it.", "icon": "moon", "order": "5"}
    answer = sign_in(client, okafor).post(screen("service", "add"), {**fields, "takes_cases": "on"})
    assert answer.status_code == 302
    assert Page.objects.filter(slug="sedation", live=True).count() == 1
