"""A second pair of eyes: the owner's setting, handing in, yes and no, the mail, and the journal."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text

from accounts.models import User
from delivery.models import Message
from home import second_eyes
from home.models import HomePage, StandardPage
from journal.models import Entry
from journal.recording import name_of
from newsletter.editions.models import EditionIndexPage
from practice.models import Practice
from tests.cast import sign_in
from tests.home.test_editing import COMMENTS, edit

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def wish(practice: Practice, wanted: str) -> None:
    """Set whom the owner wants asked."""
    practice.second_eyes = wanted
    practice.save()
    second_eyes.follow(practice)


def flow_of(page: Page) -> str:
    """Return the name of the workflow that holds for a page, or ""."""
    found = page.specific.get_workflow()
    return found.name if found else ""


def hand_in(client: Client, page: StandardPage, words: str) -> None:
    """Save new words and ask for the second pair of eyes."""
    fields = {"title": page.title, "slug": page.slug, "lede": "", "body": rich_text(f"<p>{words}</p>"), **COMMENTS}
    answer = client.post(edit(page), nested_form_data({**fields, "action-submit": "1"}))
    assert answer.status_code == 302, answer.text[:2000]


def decide(client: Client, page: Page, action: str, comment: str = "") -> None:
    """Say yes or no to what waits."""
    state = WorkflowState.objects.get(status=WorkflowState.STATUS_IN_PROGRESS).current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    assert client.post(address, {"comment": comment}).status_code in {200, 302}


@pytest.mark.parametrize(
    ("wanted", "of_letters", "of_pages"),
    [("nobody", "", ""), ("pages", second_eyes.NAME, second_eyes.NAME)],
)
def test_the_setting_says_what_is_read_first(
    site: HomePage, practice: Practice, wanted: str, of_letters: str, of_pages: str
) -> None:
    wish(practice, wanted)
    assert flow_of(EditionIndexPage.objects.get()) == of_letters
    assert flow_of(StandardPage.objects.get(slug="privacy")) == of_pages


def test_owner_and_office_manager_are_who_reads(site: HomePage) -> None:
    task = GroupApprovalTask.objects.get(name=second_eyes.TASK)
    assert set(task.groups.values_list("name", flat=True)) == {"owner", "lead"}


def test_following_twice_makes_nothing_twice(site: HomePage, practice: Practice) -> None:
    wish(practice, "pages")
    wish(practice, "pages")
    assert Workflow.objects.filter(name=second_eyes.NAME).count() == 1
    assert WorkflowPage.objects.filter(workflow__name=second_eyes.NAME).count() == 1
    assert Workflow.objects.get(name=second_eyes.NAME).workflow_tasks.count() == 1


def test_what_somebody_assigned_themselves_stays(site: HomePage, practice: Practice) -> None:
    other = Workflow.objects.create(name="Lawyer")
    privacy = StandardPage.objects.get(slug="privacy")
    WorkflowPage.objects.create(page=privacy, workflow=other)
    wish(practice, "pages")
    wish(practice, "nobody")
    assert flow_of(privacy) == "Lawyer"


def test_the_owner_chooses_it_in_settings(site: HomePage, practice: Practice, okafor: User, client: Client) -> None:
    address = reverse("wagtailsnippets_practice_practice:edit", args=[practice.pk])
    page = sign_in(client, okafor).get(address)
    assert "A second pair of eyes" in page.text
    fields = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert client.post(address, {**fields, "second_eyes": "pages"}).status_code == 302
    assert flow_of(site) == second_eyes.NAME


def test_a_page_waits_for_the_second_pair_of_eyes_and_a_yes_lets_it_out(
    site: HomePage, practice: Practice, hannah: User, okafor: User
) -> None:
    wish(practice, "pages")
    privacy = StandardPage.objects.get(slug="privacy")
    editor, owner = sign_in(Client(), hannah), sign_in(Client(), okafor)
    hand_in(editor, privacy, "We keep very little.")
    assert "We keep very little." not in Client().get("/privacy/").text
    assert "It waits for a second pair of eyes." in owner.get("/admin/").text
    decide(owner, privacy, "approve")
    assert "We keep very little." in Client().get("/privacy/").text
    said = [entry.verb for entry in Entry.objects.filter(verb__startswith="page.workflow").order_by("at")]
    assert said == ["page.workflow.start", "page.workflow.approve"]
    assert Entry.objects.get(verb="page.workflow.approve").by == name_of(okafor)


def test_a_no_comes_back_with_its_reason_and_nothing_is_out(
    site: HomePage, practice: Practice, hannah: User, okafor: User
) -> None:
    wish(practice, "pages")
    privacy = StandardPage.objects.get(slug="privacy")
    editor = sign_in(Client(), hannah)
    hand_in(editor, privacy, "We keep all of it.")
    decide(sign_in(Client(), okafor), privacy, "reject", "Say less.")
    assert "We keep all of it." not in Client().get("/privacy/").text
    assert "Say less." in editor.get(edit(privacy)).text
    assert Entry.objects.filter(verb="page.workflow.reject", by=name_of(okafor)).exists()


def test_mail_goes_through_the_door_and_holds_no_contents(
    site: HomePage, practice: Practice, hannah: User, okafor: User, django_capture_on_commit_callbacks: object
) -> None:
    wish(practice, "pages")
    privacy = StandardPage.objects.get(slug="privacy")
    door = {"default": {"BACKEND": "delivery.backends.DoorBackend"}}
    with override_settings(MAILERS=door), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        hand_in(sign_in(Client(), hannah), privacy, "We keep very little.")
    message = Message.objects.get(address=okafor.email)
    assert message.purpose == "transactional"
    letter = str(message.content)
    assert "We keep very little." not in letter
    assert f"/admin/pages/{privacy.pk}/" in letter
    assert not Message.objects.filter(address=hannah.email).exists()
