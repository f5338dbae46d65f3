"""Components in pages: what their tags accept, what a component sees, and that no page draws one by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory

from content.templatetags.parts import Declared

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FOLDER = TEMPLATES / "components"
NAMES = sorted(file.relative_to(FOLDER).as_posix().removesuffix(".html") for file in FOLDER.rglob("*.html"))
IN_THE_ADMIN = re.compile(
    r"(staff|inbox|campaigns|patients|consent|segments|surveys|branding|wagtailadmin|home/panels)/|editions/staff/|(home/journal|content/reading_grade)\."
)
WORDS_OF_TAGS = {"and", "or", "not", "in", "is", "if", "with", "forloop"}
READ_BY_TAGS = {"seo": {"page_obj", "location"}}
OF_THE_FORM_RENDERER = {"field", "widgets/score", "widgets/checks", "widgets/chips"}
BY_HAND = {
    "gw-field": "a field of a form that Django does not know, such as a search",
    "gw-check": "a box whose words hold a link or a bold word",
    "gw-chips": "chips in a row inside a form of their own",
    "gw-opt": "a word of a label",
    "gw-hint": "a hint may stand under a whole form",
}
LOOKS_LIKE_ONE = {"navigation/menu_button.html: gw-btn": "the summary of the menu's details looks like a button"}


def drawn(source: str, **values: object) -> str:
    return Template("{% load parts %}" + source).render(Context(values))


def pages() -> Iterator[Path]:
    """Return every template that is no component and does not stand in the admin, which has its own look."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith("components/") and not IN_THE_ADMIN.match(name):
            yield path


def asked(name: str) -> set[str]:
    """Return the first word of every variable that a component asks for, and that the components in it ask for."""
    template = Engine.get_default().get_template(f"components/{name}.html")
    source = Declared(str(template.source)).markup
    words, bound = set(), set()
    for token in re.findall(r"\{\{(.+?)\}\}|\{%(.+?)%\}", source):
        text = "".join(token).strip()
        name_of_tag, _, rest = text.partition(" ") if token[1] else ("", "", text)
        rest = re.sub(r"\"[^\"]*\"|'[^']*'", "", rest)
        if name_of_tag in {"load", "translate", "plural", "else"} or name_of_tag.startswith("end"):
            continue
        if name_of_tag == "for":
            loops, _, rest = rest.partition(" in ")
            bound |= {word.strip() for word in loops.split(",")}
        rest, _, target = f" {rest}".partition(" as ")
        bound |= {target.strip()} | (set(re.findall(r"\b(\w+)=", rest)) if name_of_tag == "blocktranslate" else set())
        rest = re.sub(r"\b(count|with|asvar)\b", " ", rest) if name_of_tag == "blocktranslate" else rest
        rest = re.sub(r"\|\w+(:[\w.]+)?|\b\w+=", " ", rest)
        words |= {word.split(".")[0] for word in re.findall(r"(?<![\w.])[a-z_][\w.]*", rest)}
    for inner, given in re.findall(r'include "components/(\w+)\.html"(.*?)%\}', source):
        words |= asked(inner) - set(re.findall(r"\b(\w+)=", given))
    return words - bound - WORDS_OF_TAGS


def test_a_part_is_drawn_with_its_arguments() -> None:
    html = drawn('{% part "button" label=words href="/book/" icon="cal" class="gw-alt" %}', words="Ask <now>")
    assert '<a class="gw-btn gw-alt" href="/book/">' in html
    assert "Ask &lt;now&gt;</a>" in html
    assert "icons" in html


def test_what_stands_within_is_its_content() -> None:
    html = drawn('{% within "card" class="l-stack" %}<p>{{ name }}</p>{% endwithin %}', name="<Ada>")
    assert html.strip() == '<div class="gw-card l-stack"><p>&lt;Ada&gt;</p></div>'


def test_a_component_sees_nothing_but_its_arguments() -> None:
    html = drawn('{% part "button" label="Send" %}', href="/elsewhere/", name="act", value="x", icon="cal")
    assert html.strip() == '<button class="gw-btn">Send</button>'
    request = RequestFactory().get("/")
    page = Template('{% load parts %}{% within "card" %}{{ mine }}{% part "tag" label=mine %}{% endwithin %}')
    assert "of the page" in page.render(RequestContext(request, {"mine": "of the page", "kind": "is-bad"}))
    assert "is-bad" not in page.render(RequestContext(request, {"mine": "of the page", "kind": "is-bad"}))


def test_what_the_page_does_not_know_is_not_given() -> None:
    assert "None" not in drawn('{% part "avatar" initials=person.initials %}')
    assert drawn('{% part "view" label="All" href="?" count=number %}', number=0).count("gw-n") == 1
    assert drawn('{% part "view" label="All" href="?" count=number %}').count("gw-n") == 0


def test_blocks_and_translations_may_stand_within() -> None:
    engine = Engine.get_default()
    base = engine.from_string('{% load parts %}{% within "card" %}{% block inner %}empty{% endblock %}{% endwithin %}')
    assert "empty" in base.render(Context())
    child = engine.from_string('{% load parts %}{% part "tag" label=_("Full") kind="is-warn" %}')
    assert '<span class="gw-tag is-warn">Full</span>' in child.render(Context())


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("{% part %}", "wants the name"),
        ("{% part button %}", "wants the name"),
        ('{% part "../base" %}', "wants the name"),
        ('{% part "button" colour="red" %}', "no argument colour"),
        ('{% part "button" "Send" %}', "named"),
        ('{% within "tag" %}x{% endwithin %}', "no content"),
    ],
)
def test_a_wrong_call_is_refused_when_the_page_is_read(source: str, says: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=says):
        Template("{% load parts %}" + source)


def test_a_component_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="opens with a comment"):
        Declared("<p>{{ label }}</p>")


def test_an_address_is_read_as_the_tag_reads_it() -> None:
    assert drawn('{{ "account_login"|url }}') == "/accounts/login/"
    assert drawn('{{ "portal_office:case"|url:ref|add:"#msg" }}', ref="JR-7K2M") == "/portal/office/cases/JR-7K2M/#msg"


@pytest.mark.parametrize("name", NAMES)
def test_a_component_says_every_argument_that_it_asks_for_and_no_other(name: str) -> None:
    said = Declared((FOLDER / f"{name}.html").read_text()).arguments
    assert asked(name) == set(said) - READ_BY_TAGS.get(name, set())


def test_every_component_is_used() -> None:
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    used = set(re.findall(r'\{% (?:part|within) "([a-z_/]+)"', sources)) | OF_THE_FORM_RENDERER
    used |= set(re.findall(r'include "components/([a-z_/]+)\.html"', sources))
    assert set(NAMES) - used == set()


def test_every_component_that_a_page_names_is_there() -> None:
    sources = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r'\{% (?:part|within) "([a-z_/]+)"', sources)) - set(NAMES) == set()


def test_pages_take_components_by_their_tags() -> None:
    found = [path.name for path in pages() if re.search(r'include "components/', path.read_text())]
    assert found == []


def test_no_page_draws_a_component_by_hand() -> None:
    roots = {"gw-tile", "gw-dot", "gw-quote"}  # the first element of these says it in another way
    for name in NAMES:
        markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", Declared((FOLDER / f"{name}.html").read_text()).markup)
        first = re.match(r'\s*<[^>]*class="([^"]*)"', markup)
        roots |= set(re.findall(r"gw-[a-z]+", first[1])[:1]) if first else set()
    assert {"gw-btn", "gw-card", "gw-stages", "gw-tl", "gw-tag", "gw-callout"} <= roots
    by_hand = []
    for path in pages():
        html = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", path.read_text())
        for classes in re.findall(r'class="([^"]*)"', html):
            by_hand += [f"{path.relative_to(TEMPLATES)}: {root}" for root in roots & set(classes.split())]
    assert [found for found in by_hand if found.rpartition(" ")[2] not in BY_HAND and found not in LOOKS_LIKE_ONE] == []
