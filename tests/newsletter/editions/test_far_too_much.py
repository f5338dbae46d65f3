"""A letter that is far too long or too deep gets a sentence, through every screen, and the house goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from content import mjml
from newsletter.editions.models import EditionPage
from newsletter.editions.parts import MOST_BLOCKS
from tests.factories import editions
from tests.newsletter.editions.test_editor import form

ROOT = Path(__file__).resolve().parents[3]
LARGE = "That was too much at once."


def saved(desk, page, **changes):
    return desk.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form(slug=page.slug, **changes))


def previewed(desk, page, mode="light", **changes):
    path = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    kept = desk.post(path, form(slug=page.slug, **changes))
    return kept, desk.get(path, {"mode": mode})


def is_alive(desk, page):
    return desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"body": streamfield([("divider", {"for_whom": ""})] * 5_000)},
        {"subject": "x" * 10_000_000},
        {"hero": {"text": rich_text(f"<p>{'x' * 10_000_000}</p>")}},
    ],
    ids=["5,000 blocks", "a subject of 10 MB", "a text of 10 MB"],
)
def test_what_no_form_may_hold_is_not_taken_and_says_so(changes, desk, draft):
    for answer in (saved(desk, draft, **changes), previewed(desk, draft, **changes)[0]):
        assert answer.status_code == 400
        assert LARGE in answer.content.decode()
    assert is_alive(desk, draft)


@pytest.mark.parametrize(
    "text",
    [
        '{"blocks": [{"text": "x", "type": "unordered-list-item", "depth": 1000000}], "entityMap": {}}',
        "[" * 100_000,
        '{"blocks": ' * 50_000,
        "no JSON",
    ],
    ids=["a million deep", "lists in lists", "objects in objects", "no JSON"],
)
def test_a_text_that_no_editor_writes_is_not_taken_and_says_so(text, desk, draft):
    for answer in (saved(desk, draft, hero={"text": text}), previewed(desk, draft, hero={"text": text})[0]):
        assert answer.status_code == 400
        assert LARGE in answer.content.decode()
    assert is_alive(desk, draft)


@pytest.mark.parametrize("count", ["999999999", "x", "-1", "", "1e9", "٣"])
def test_blocks_that_did_not_arrive_are_not_waited_for(count, desk, draft):
    body = {**streamfield([("divider", {"for_whom": ""})]), "count": count}
    for answer in (saved(desk, draft, body=body), previewed(desk, draft, body=body)[0]):
        assert answer.status_code in {200, 302, 400}
    assert is_alive(desk, draft)


def test_too_many_blocks_that_a_form_can_hold_are_a_draft_whose_preview_and_checks_say_so(desk, draft):
    body = streamfield([("divider", {"for_whom": ""})] * (MOST_BLOCKS + 1))
    kept, shown = previewed(desk, draft, body=body)
    assert kept.status_code == 200
    assert f"may have at most {MOST_BLOCKS}" in shown.content.decode()
    assert saved(desk, draft, body=body).status_code == 302
    assert f"may have at most {MOST_BLOCKS}" in desk.get(reverse("newsletters:send", args=[draft.pk])).content.decode()
    assert is_alive(desk, draft)


@pytest.mark.parametrize("mode", ["light", "dark", "text", "web"])
def test_a_text_that_is_nested_without_end_says_so_and_the_rest_stands(mode, desk, draft):
    """The database may hold what no editor writes: an import, an older version."""
    deep = "<ul><li>" * 2_000 + "deep" + "</li></ul>" * 2_000
    blocks = [editions.block("text", heading="Deep", text=deep), editions.block("text", text="<p>The rest.</p>")]
    draft.body = EditionPage._meta.get_field("body").to_python(blocks)
    answer = draft.make_preview_request(None, mode)
    assert answer.status_code == 200
    assert "nested 4,000 deep" in answer.text
    assert "The rest." in answer.text
    draft.save_revision()
    assert desk.get(reverse("newsletters:send", args=[draft.pk])).status_code == 200


@pytest.mark.parametrize("over", [0, 1, 2_000], ids=["at the bound", "beyond it", "far beyond it"])
def test_the_compiler_lives_at_the_bounds_and_beyond(over):
    """In a process of its own, which a crash would end."""
    deep = "<b>" * (mjml.MOST_DEPTH - 5 + over) + "</b>" * (mjml.MOST_DEPTH - 5 + over)
    many = "<mj-text>x</mj-text>" * (mjml.MOST_TAGS - 4 + over)
    large = "x" * (mjml.MOST_CHARACTERS - 200 + over * 200)
    sources = [f"<mj-text>{deep}</mj-text>", many, f"<mj-text>{large}</mj-text>"]
    code = f"""
import json
from content import mjml
said = []
for body in json.loads({json.dumps(json.dumps(sources))}):
    try:
        source = "<mjml><mj-body><mj-section><mj-column>" + body + "</mj-column></mj-section></mj-body></mjml>"
        said.append(len(mjml.compile(source)) > 0)
    except mjml.Refused as error:
        said.append(str(error))
print(json.dumps(said))
"""
    ran = subprocess.run(
        [sys.executable, "-"],
        input=code,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "site")},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    said = json.loads(ran.stdout)
    if over == 0:
        assert said == [True, True, True]
    else:
        assert [word in one for word, one in zip(("nested", "more than", "too large"), said, strict=True)] == [True] * 3
