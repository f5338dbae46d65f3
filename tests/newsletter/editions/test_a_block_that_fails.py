"""A block that cannot be drawn says so in previews, keeps the letter back, is left out on the web; the rest stands."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from content.blocks.calls import FriendBlock
from content.mjml import Refused
from content.models import Picture
from newsletter.editions import checks, letter, parts
from newsletter.editions.models import EditionPage
from tests.factories import editions

SAYS = "The block “Opening” cannot be shown."


def blocks(*raw):
    return EditionPage._meta.get_field("body").to_python(list(raw))


@pytest.fixture
def torn(edition):
    """Return a letter whose opening's picture was lost from the disk."""
    lost = editions.picture(title="Lost")
    lost.file.delete(save=False)
    Picture.objects.filter(pk=lost.pk).update(file="gone.jpg")
    edition.body[1].value["picture"] = Picture.objects.get(pk=lost.pk)
    return edition


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_its_preview_names_the_block_and_shows_the_rest(mode, torn, rf):
    page = torn.make_preview_request(rf.get("/admin/"), mode).content.decode()
    assert SAYS in page
    assert "Know someone?" in page


def test_it_does_not_leave(torn):
    with pytest.raises(parts.Unfit) as refused:
        letter.compose(torn)
    assert [failure.block.block_type for failure in refused.value.failures] == ["hero"]


def test_the_checks_lead_to_it(torn):
    (found,) = [check for check in checks.run(torn) if check.is_in_the_way]
    assert SAYS in found.sentence
    assert found.where.endswith(f"#:w:contentpath=body.{torn.body[1].id}")


@pytest.fixture
def broken_friend(monkeypatch):
    """Let one kind of block fail as a fault in our own sources would."""

    def fail(block, value):
        raise ZeroDivisionError("Ruth's secret")

    monkeypatch.setattr(FriendBlock, "facts", fail)


def test_on_the_web_it_is_left_out(edition, client, broken_friend):
    page = client.get(edition.url).content.decode()
    assert "Know someone?" not in page
    assert "cannot be shown" not in page
    assert "Is sparkling water hard on teeth?" in page


def test_the_preview_of_the_web_page_says_it(edition, rf, broken_friend):
    page = edition.make_preview_request(rf.get("/admin/"), "web").content.decode()
    assert "The block “Tell a friend” cannot be shown." in page
    assert "Is sparkling water hard on teeth?" in page


def test_the_log_says_where_and_nothing_of_what_stood_there(edition, client, broken_friend):
    with capture_logs() as logs:
        client.get(edition.url)
    (said,) = [line for line in logs if line["event"] == "block.failed"]
    assert (said["block"], said["error"]) == ("friend", "ZeroDivisionError")
    assert said["at"].startswith("fail:")
    assert "secret" not in str(logs)


def test_a_block_that_mjml_refuses_is_named(edition, rf):
    heavy = f"<p>{'&' * 150_000}</p>"  # each is five characters once it is escaped
    edition.body = blocks(editions.block("text", heading="Heavy", text=heavy), editions.block("divider"))
    with pytest.raises(parts.Unfit, match=r"Text: .*too large"):
        letter.compose(edition)
    shown = edition.make_preview_request(rf.get("/admin/"), "light").content.decode()
    assert "The block “Text” cannot be shown." in shown
    assert "14 Juniper Row" in shown


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ([editions.block("divider")] * 5_000, "5,000 blocks"),
        ([editions.block("text", heading="Long", text="<p>" + "x" * 10_000_000 + "</p>")], "too large"),
    ],
    ids=["many", "large"],
)
def test_far_too_much_is_refused_before_any_of_it_is_drawn(raw, why, edition, rf):
    edition.body = blocks(*raw)
    with pytest.raises(Refused, match=why):
        letter.compose(edition)
    (found,) = checks.run(edition)
    assert found.is_in_the_way
    assert why in found.sentence
    assert why in edition.make_preview_request(rf.get("/admin/"), "dark").content.decode()
