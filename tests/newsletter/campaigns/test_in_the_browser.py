"""A letter in the browser shows what was sent, with at most a first name."""

from __future__ import annotations

import pytest

from delivery import links
from delivery.models import Message
from newsletter.campaigns import actions, trying
from newsletter.editions.models import EditionPage
from patients.models import Reader
from vault import tokens


@pytest.fixture
def letter(draft, readers, hannah):
    actions.start(edition=draft, by=hannah)
    return Message.objects.get(address="walter@home.example")


def path_of(message):
    return "/e/view/" + links.url("view", message).partition("/e/view/")[2]


def test_it_works(letter, client):
    page = client.get(path_of(letter)).content.decode()
    assert "Hello Walter," in page
    assert "sparkling water" in page


def test_a_forwarded_letter_tells_no_more_than_a_first_name(letter, client):
    page = client.get(path_of(letter)).content.decode()
    assert letter.reader.family_name not in page
    assert letter.address not in page
    assert letter.ref not in page
    assert "/e/" not in page.replace("/e/c/", "")  # links of the letter are the same in every copy


def test_a_shared_mailbox_is_greeted_together(letter, client):
    shared = Message.objects.get(address="castellanos@home.example")
    assert "Hello Ruth and Teo," in client.get(path_of(shared)).content.decode()


def test_it_shows_what_was_sent_whatever_became_of_the_page(letter, client, draft):
    page = EditionPage.objects.get(pk=draft.pk)
    page.unpublish()
    assert client.get(path_of(letter)).status_code == 200


def test_a_reader_who_was_erased_is_not_named(letter, client):
    Message.objects.filter(pk=letter.pk).update(reader=None)
    assert "Hello there," in client.get(path_of(letter)).content.decode()


def test_a_hostile_name_is_text(letter, client):
    Reader.objects.filter(pk=letter.reader_id).update(given_name="<script>alert(1)</script>{refer_url}")
    page = client.get(path_of(letter)).content.decode()
    assert "<script>" not in page
    assert "{refer_url}" in page


def test_it_has_the_policy_of_a_letter_and_is_kept_nowhere(letter, client):
    answer = client.get(path_of(letter))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    # what it opens is a page of ours again, whose forms work
    assert "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox" in policy
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"


def test_a_test_letter_can_be_looked_at_too(draft, hannah, client):
    message = trying.send_test(edition=draft, by=hannah)
    assert client.get(path_of(message)).status_code == 200


def test_a_notice_is_no_letter(location, client):
    from delivery.actions import put
    from delivery.envelope import Letter

    notice = put(
        Letter(subject="A notice", html="<p>secret</p>", text="secret", sender_name="x"),
        to="x@home.example",
        occasion="case.accepted:1",
    )
    assert client.get(path_of(notice)).status_code == 404


@pytest.mark.parametrize("purpose", sorted(tokens.PURPOSES - {"view"}))
def test_a_link_of_another_purpose_opens_nothing(purpose, letter, client):
    assert client.get(f"/e/view/{tokens.sign(purpose, letter.ref)}/").status_code == 404


def test_a_changed_link_opens_nothing(letter, client):
    path = path_of(letter)
    for at in range(len("/e/view/"), len(path) - 1, 7):
        changed = path[:at] + ("A" if path[at] != "A" else "B") + path[at + 1 :]
        assert client.get(changed).status_code == 404


def test_it_is_only_read(letter, client):
    assert client.post(path_of(letter)).status_code in {403, 405}
