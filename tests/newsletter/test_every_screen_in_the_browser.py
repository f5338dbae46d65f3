"""Every screen of letters and questions in the browser: by day and by night, on a desk and on a phone, axe finds none.

A table of screens, so that a new one is a line; whoever reads which of them is tested elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts import groups
from accounts.roles import Role
from newsletter.campaigns import actions, approving, comparing, sureness
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.trials import TestReader
from newsletter.editions.models import EditionPage
from newsletter.editions.past import LeftOut
from newsletter.surveys.models import Survey, Theme
from practice import clocks
from tests.cast import sign_in
from tests.factories import editions, patients, surveys
from tests.factories.approvals import fresh, rule, say_yes
from tests.factories.delivery import crowd
from tests.journeys.walking import axe_findings, sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture
def ruled(draft: EditionPage, location: Any) -> EditionPage:
    """Return December's letter with a block for some, a link in doubt, and what was left out of it."""
    patients.letter_reader(email="en@home.example")
    patients.letter_reader(email="es@home.example", language="es", given_name="Luz")
    some = editions.block("text", heading="Solo en español", text="<p>Hola.</p>", for_whom="language:es")
    draft.body = EditionPage._meta.get_field("body").to_python([*draft.body.raw_data, some])
    over = {**editions.block("text", heading="Over", text="<p>x</p>"), "id": "x" * 8}
    draft.left_out = [LeftOut(place=1, name="Text", why="It is over.", block=over).as_json()]
    draft.save()
    draft.save_revision()
    return EditionPage.objects.get(pk=draft.pk)


@pytest.fixture
def answered(location: Any) -> Survey:
    """Return a question with an answer and a theme."""
    question = surveys.survey()
    surveys.theme("Waiting")
    surveys.answer(question, patients.letter_reader(email="teo@home.example"), 2, "I waited for an hour.")
    return question


@pytest.fixture
def two(draft: EditionPage, hannah: Any, monkeypatch: pytest.MonkeyPatch) -> EditionPage:
    """Return December's letter with two subjects and readers enough, as the rule of certainty is tested elsewhere."""
    monkeypatch.setattr(sureness, "fewest_in_a_part", lambda: 10)
    crowd(60)
    comparing.write(edition=draft, subject="Three things for a warm winter", by=hannah)
    return EditionPage.objects.get(pk=draft.pk)


def form_of(room: str, model: str, standing: Any) -> str:
    """Return where something that stands is changed."""
    return reverse(f"wagtailsnippets_{room}_{model}:edit", args=[standing.pk])


def seen(window: Page, width: int, scheme: str, paths: dict[str, str]) -> dict[str, list[str]]:
    """Return what is wrong with each screen: what axe finds, and that it is wider than the window."""
    window.set_viewport_size({"width": width, "height": 900})
    window.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for name, path in paths.items():
        answer = window.goto(path)
        wrong = axe_findings(window)
        if answer is None or answer.status != 200:
            wrong.append(f"answers {answer and answer.status}")
        if urlsplit(window.url).path != path.partition("?")[0]:
            wrong.append(f"leads to {window.url}")
        if sideways(window) > 0:
            wrong.append("is wider than the window")
        if wrong:
            found[name] = wrong
    return found


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_screens_of_letters(
    width: int, scheme: str, window: Page, ruled: EditionPage, edition: EditionPage, readers: Any, hannah: Any
) -> None:
    sent = actions.start(edition=edition, by=hannah)
    assert sent.dispatch is not None
    paths = {
        name: reverse(f"newsletters:{name}", args=[ruled.pk]) for name in ("left_out", "send", "preview", "approval")
    }
    paths |= {
        "list": reverse("newsletters:index"),
        "list, nothing found": f"{reverse('newsletters:index')}?q=nothing",
        "calendar": reverse("newsletters:calendar"),
        "new": reverse("newsletters:new"),
        "results": reverse("newsletters:results", args=[edition.pk]),
        "letter by letter": reverse("newsletters:letters", args=[edition.pk]),
        "preview as a way": f"{paths['preview']}?as=way:A.es&show=dark",
        "preview as a text message": f"{paths['preview']}?show=sms",
    }
    assert seen(window, width, scheme, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_last_question_now_and_at_a_time(
    width: int, scheme: str, window: Page, draft: EditionPage, readers: Any, hannah: Any
) -> None:
    path = reverse("newsletters:confirm", args=[draft.pk])
    day = (clocks.today() + timedelta(days=9)).isoformat()
    assert seen(window, width, scheme, {"now": path, "at a time": f"{path}?when=at&day={day}&time=09:30"}) == {}
    assert "Schedule for 3 people" in window.locator("main h2").first.inner_text()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_owners_forms_and_last_question_of_approval(
    width: int,
    scheme: str,
    window: Page,
    draft: EditionPage,
    readers: Any,
    hannah: Any,
    okafor: Any,
    client: Client,
    practice: Any,
    live_server: Any,
) -> None:
    rule("owner")
    approving.ask(edition=draft, by=hannah)
    reader = TestReader.objects.create(practice=practice, name="Ours", email="ours@elsewhere.example")
    made = {"sendingrule": SendingRule.objects.create(practice=practice), "testreader": reader}
    made["approvalrule"] = ApprovalRule.objects.get()
    groups.furnish(Role.OWNER)
    sign_in(client, okafor)
    window.context.add_cookies(
        [{"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()]
    )
    paths = {model: reverse(f"wagtailsnippets_campaigns_{model}:list") for model in made}
    paths |= {f"form of {model}": form_of("campaigns", model, standing) for model, standing in made.items()}
    paths["another test reader"] = reverse("wagtailsnippets_campaigns_testreader:add")
    paths["sure"] = reverse("newsletters:approval_sure", args=[draft.pk])
    paths["approval"] = reverse("newsletters:approval", args=[draft.pk])
    assert seen(window, width, scheme, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_screens_of_a_letter_in_review(
    width: int, scheme: str, window: Page, draft: EditionPage, readers: Any, hannah: Any, okafor: Any
) -> None:
    rule("owner")
    approving.ask(edition=draft, by=hannah)
    paths = {name: reverse(f"newsletters:{name}", args=[draft.pk]) for name in ("send", "approval")}
    assert seen(window, width, scheme, {**paths, "home": "/admin/", "list": reverse("newsletters:index")}) == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_screens_of_two_subjects(
    width: int, scheme: str, window: Page, two: EditionPage, hannah: Any, okafor: Any
) -> None:
    def screens(*names: str) -> dict[str, str]:
        return {name: reverse(f"newsletters:{name}", args=[two.pk]) for name in names}

    assert seen(window, width, scheme, screens("send")) == {}
    rule("owner")
    approving.ask(edition=two, by=hannah)
    assert seen(window, width, scheme, screens("approval")) == {}
    say_yes(two, okafor)
    campaign = actions.start(edition=fresh(two), by=hannah)
    assert seen(window, width, scheme, screens("results")) == {}
    comparing.choose(campaign=campaign, subject="second", by=hannah)
    assert seen(window, width, scheme, screens("results", "letters")) == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_editors_of_a_letter_a_tip_and_an_event(
    width: int, scheme: str, window: Page, ruled: EditionPage, location: Any
) -> None:
    pages = {"letter": ruled, "tip": editions.tip(), "event": editions.event(location)}
    paths = {name: reverse("wagtailadmin_pages:edit", args=[page.pk]) for name, page in pages.items()}
    index = pages["tip"].get_parent()
    paths["another tip"] = reverse("wagtailadmin_pages:add", args=["editions", "tippage", index.pk])
    assert seen(window, width, scheme, paths) == {}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_screens_of_questions(width: int, scheme: str, window: Page, answered: Survey) -> None:
    paths = {
        "list": reverse("surveys:list"),
        "results": reverse("surveys:item", args=[answered.ref]),
        "low ones": f"{reverse('surveys:item', args=[answered.ref])}?show=low",
        "forms": reverse("wagtailsnippets_surveys_survey:list"),
        "themes": reverse("wagtailsnippets_surveys_theme:list"),
        "topics": reverse("wagtailsnippets_editions_topic:list"),
        "tips": reverse("wagtailadmin_explore", args=[editions.tip().get_parent().pk]),
        "another question": reverse("wagtailsnippets_surveys_survey:add"),
        "form of a question": form_of("surveys", "survey", answered),
        "another theme": reverse("wagtailsnippets_surveys_theme:add"),
        "form of a theme": form_of("surveys", "theme", Theme.objects.get()),
        "another topic": reverse("wagtailsnippets_editions_topic:add"),
    }
    assert seen(window, width, scheme, paths) == {}
