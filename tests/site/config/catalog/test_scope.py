"""Which files are in scope: what visitors, patients and readers of mail see, and nothing that only staff do."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from config.catalog import scope
from config.catalog.extracting import Saying, Untranslatable

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    "name",
    [
        "templates/404.html",
        "templates/base.html",
        "templates/account/email/login_code_message.txt",
        "templates/blocks/tip.mjml",
        "templates/home/book.html",
        "templates/home/drawings/map.html",
        "templates/mail/unsubscribe.html",
        "templates/messages/frame.mjml",
        "templates/messages/referral_arrived/body.txt",
        "templates/mfa/totp/activate_form.html",
        "templates/offices/apply_form.html",
        "templates/portal/me.html",
        "templates/referrals/_share.html",
        "home/forms.py",
        "site/practice/models.py",
    ],
)
def test_what_the_public_and_patients_see_is_in_scope(name: str) -> None:
    assert scope.is_in_scope(name)
    assert name in set(scope.files(ROOT))


@pytest.mark.parametrize(
    "name",
    [
        "templates/blocks/preview.html",
        "templates/campaigns/send.html",
        "templates/cases/list.html",
        "templates/home/journal.html",
        "templates/home/panels/owner.html",
        "templates/inbox/case.html",
        "templates/messages/case_accepted/subject.txt",
        "templates/messages/office_invitation/body.txt",
        "templates/messages/referral_waiting/body.txt",
        "templates/offices/team.html",
        "templates/wagtailadmin/home.html",
        "home/panels.py",
        "referral_portal/inbox/verbs.py",
        "site/practice/wagtail_hooks.py",
    ],
)
def test_what_only_staff_and_offices_see_is_not(name: str) -> None:
    assert (ROOT / name).exists()
    assert not scope.is_in_scope(name)


def test_every_place_that_the_rule_names_is_there() -> None:
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()]
    for place in (*scope.TEMPLATES, *scope.FOR_STAFF, *scope.FOR_VISITORS):
        assert any(name.startswith(place) for name in files), place
    assert [name for name in scope.MODULES if not (ROOT / name).exists()] == []


def test_a_new_folder_of_templates_has_to_be_settled(tmp_path: Path) -> None:
    for folder in ("mail", "cases", "surveys", "segments"):
        (tmp_path / "templates" / folder).mkdir(parents=True)
    (tmp_path / "templates" / "surveys" / "one.html").write_text('{% extends "base.html" %}')
    (tmp_path / "templates" / "segments" / "one.html").write_text('{% extends "staff/base.html" %}')
    assert scope.unsettled(tmp_path) == ["templates/surveys/"]


NAMES = {"Goodword", "RSS", "Juniper Row", "Ferry Street", "Harbor St", "Ellery Sound", "Aa"}
SEEDS = "templates/home/texts/"  # first words of pages that editors keep, in each language a page of its own


def bare_words(source: str) -> list[str]:
    """Return the words and attributes that a template says without asking for their translation."""
    said, opened = [], []
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if name in {"comment", "blocktranslate"} or re.match(r"block \w+_class$", token.contents):
            opened.append(name)
        elif opened and name == f"end{opened[-1]}":
            opened.pop()
        elif token.token_type == TokenType.TEXT and not opened:
            said.append(token.contents)
        else:
            said.append("\x00")
    text = re.sub(r"(?s)<(style|script|mj-style|mj-attributes).*?</\1>", "", "".join(said))
    attributes = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*[A-Za-z]{2}[^"]*)"', text)
    plain = html.unescape(re.sub(r"(?s)<[^<>]*>|\{\w+\}", "\n", text))
    return attributes + [words.strip() for words in re.findall(r"[^\x00\n]*[A-Za-z]{2}[^\x00\n]*", plain)]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('<p title="Close">{{ x }} Now</p>', ["Close", "Now"]),
        ("<b>{% translate 'Now' %}</b>{# no #}{% comment %}no{% endcomment %}", []),
        ("{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}, {view_url} &amp; &nbsp;", []),
        ("{% block main_class %}l-wrap{% endblock %}{% block main %}Words{% endblock %}", ["Words"]),
        ("<mj-style>.foot a { color: red }</mj-style><mj-text>Words</mj-text>", ["Words"]),
    ],
)
def test_words_outside_gettext_are_seen(source: str, said: list[str]) -> None:
    assert bare_words(source) == said


def test_no_template_in_scope_speaks_english_past_gettext() -> None:
    templates = (name for name in scope.files(ROOT) if name.startswith("templates/") and not name.startswith(SEEDS))
    found = {name: set(bare_words((ROOT / name).read_text())) - NAMES for name in templates}
    assert {name: words for name, words in found.items() if words} == {}


def test_each_saying_names_every_file_that_says_it(tmp_path: Path) -> None:
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    (tmp_path / "templates" / "mail" / "b.txt").write_text("{% translate 'Hello' %} {% translate 'Hello' %}")
    (tmp_path / "templates" / "mail" / "a.html").write_text("{% translate 'Hello' %} {% translate 'Bye' %}")
    (tmp_path / "templates" / "mail" / "picture.svg").write_text("{% translate 'No' %}")
    (tmp_path / "templates" / "cases").mkdir()
    (tmp_path / "templates" / "cases" / "a.html").write_text("{% translate 'For an office' %}")
    assert scope.sayings(tmp_path) == {
        Saying("Hello"): ["templates/mail/a.html", "templates/mail/b.txt"],
        Saying("Bye"): ["templates/mail/a.html"],
    }


def test_what_cannot_be_held_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "actions.py").write_text("from django.utils.translation import gettext as _\nA = _('x')\n")
    with pytest.raises(Untranslatable, match=r"home/actions\.py: line 2"):
        scope.sayings(tmp_path)
