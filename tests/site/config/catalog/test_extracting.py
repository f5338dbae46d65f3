"""What is found in templates and modules, also where quotes, blanks and markup stand in the way."""

from __future__ import annotations

import pytest
from django.template import Context, Engine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.catalog.extracting import Saying, Untranslatable, of_module, of_template

TEMPLATES = {
    "a tag": ("{% translate 'Book a visit' %}", [Saying("Book a visit")]),
    "its older name": ('{% trans "Book a visit" %}', [Saying("Book a visit")]),
    "a quote in it": ("""{% translate "A friend's name" %}""", [Saying("A friend's name")]),
    "double quotes in single": ("""{% translate 'Say "yes"' %}""", [Saying('Say "yes"')]),
    "a context": ('{% translate "May" context "a month" %}', [Saying("May", context="a month")]),
    "kept for later": ('{% translate "Back" as label %}', [Saying("Back")]),
    "in an attribute": ("""<a aria-label="{% translate 'You are here' %}">""", [Saying("You are here")]),
    "a sign of percent": ('{% translate "Print at 100%" %}', [Saying("Print at 100%%")]),
    "in brackets of a tag": ('{% part "button" label=_("Send it") %}', [Saying("Send it")]),
    "in a condition": ('{% firstof page.price _("Free") %}', [Saying("Free")]),
    "a format of dates": ('{{ day|date:_("l, F j") }}', [Saying("l, F j")]),
    "a block": (
        "{% blocktranslate with name=person.name %}Hello {{ name }},{% endblocktranslate %}",
        [Saying("Hello %(name)s,")],
    ),
    "a block with a format": (
        '{% blocktranslate with day=on|date:_("M j") %}by {{ day }}{% endblocktranslate %}',
        [Saying("M j"), Saying("by %(day)s")],
    ),
    "a trimmed block": (
        "{% blocktranslate trimmed %}\n   One line,\n   and another.\n{% endblocktranslate %}",
        [Saying("One line, and another.")],
    ),
    "a block with markup": (
        '{% blocktranslate %}Call <a href="{{ uri }}">{{ phone }}</a>{% endblocktranslate %}',
        [Saying('Call <a href="%(uri)s">%(phone)s</a>')],
    ),
    "one and many": (
        "{% blocktranslate count n=many %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
        [Saying("%(n)s day", "%(n)s days")],
    ),
    "one and many in a context": (
        '{% blocktranslate count n=many context "hours" %}{{ n }} h{% plural %}{{ n }} hs{% endblocktranslate %}',
        [Saying("%(n)s h", "%(n)s hs", "hours")],
    ),
    "words beside calls": ("don't (( call _ { gettext('no') \" <i>'", []),
    "a comment": ("{# {% translate 'Hidden' %} #}{% comment %}_('Hidden'){% endcomment %}", []),
    "two on a line": ("{% translate 'One' %}, {% translate 'Two' %}", [Saying("One"), Saying("Two")]),
    "brackets and braces around": ("}) {% translate 'Safe' %} ((", [Saying("Safe")]),
    "letters of other tongues": ("{% translate '“Ünïcode” – ¿sí?' %}", [Saying("“Ünïcode” – ¿sí?")]),
}


@pytest.mark.parametrize(("source", "said"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_s_sayings_are_found(source: str, said: list[Saying]) -> None:
    assert list(of_template(source, "a.html")) == said


def test_a_block_with_another_tag_in_it_is_refused() -> None:
    with pytest.raises(SyntaxError, match=r"a\.html"):
        list(of_template("{% blocktranslate %}{% if a %}b{% endif %}{% endblocktranslate %}", "a.html"))


@given(st.text("ab'\"%_(){}<>\\ \n#é", max_size=30))
def test_whatever_stands_around_it_a_tag_is_found(noise: str) -> None:
    plain = noise.replace("{%", "").replace("{{", "").replace("{#", "")
    assert list(of_template(f"{plain} {{% translate 'Found' %}} {plain}", "a.html")) == [Saying("Found")]


@given(st.text(st.characters(exclude_characters='"\\\r\n%{}', exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_what_is_found_is_what_django_looks_up(words: str) -> None:
    source = f'{{% load i18n %}}{{% translate "{words}" %}}'
    (said,) = of_template(source, "a.html")
    asked: list[str] = []
    engine = Engine(libraries={"i18n": "django.templatetags.i18n"}, autoescape=False)
    with pytest.MonkeyPatch.context() as patch, translation.override("es"):
        patch.setattr("django.template.base.gettext_lazy", lambda msgid: asked.append(msgid) or msgid)
        engine.from_string(source).render(Context())
    assert asked == [said.singular]


HEAD = "from django.utils.translation import gettext, gettext_lazy as _, ngettext, ngettext_lazy, npgettext\n"
HEAD += (
    "from django.utils.translation import pgettext, pgettext_lazy, gettext_noop\nfrom django.utils import translation\n"
)
MODULES = {
    "a constant": ('A = _("One")', [Saying("One")]),
    "a long one": ('A = _("One "\n      "and two")', [Saying("One and two")]),
    "in a function": ('def f():\n    return gettext("Now")', [Saying("Now")]),
    "one and many": ('def f(n):\n    return ngettext("a day", "%d days", n) % n', [Saying("a day", "%d days")]),
    "a context": ('A = pgettext_lazy("a month", "May")', [Saying("May", context="a month")]),
    "one and many in a context": ('def f(n):\n    npgettext("c", "one", "many", n)', [Saying("one", "many", "c")]),
    "by its keyword": ('A = _(message="One")', [Saying("One")]),
    "by the module": ('def f():\n    translation.gettext("One")', [Saying("One")]),
    "noted for later": ('A = gettext_noop("One")', [Saying("One")]),
    "in a lambda": ('A = {"desk": lambda: gettext("at our desk")}', [Saying("at our desk")]),
    "one in the other": (
        'def f():\n    return gettext("a %(b)s") % {"b": gettext("b")}',
        [Saying("a %(b)s"), Saying("b")],
    ),
    "labels of a class": (
        'class Kind:\n    A = "a", _("First")\n    B = "b", _("Second")',
        [Saying("First"), Saying("Second")],
    ),
    "kept words looked up": ("def f(n):\n    return gettext(n), gettext(n.audience)", []),
    "another's function of that name": ("import re\nA = re.gettext('no')", []),
    "words that only look so": ('A = "_(\'no\')"  # _("no")', []),
}


@pytest.mark.parametrize(("source", "said"), MODULES.values(), ids=MODULES)
def test_a_module_s_sayings_are_found(source: str, said: list[Saying]) -> None:
    assert list(of_module(HEAD + source)) == said


def test_underscore_is_what_the_module_says_it_is() -> None:
    assert list(of_module('from elsewhere import _\nA = _("no")')) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('def f(n):\n    return gettext(f"{n} days")', "put together"),
        ('def f(n):\n    return gettext("days: " + n)', "put together"),
        ('def f(n):\n    return gettext("%d days" % n)', "put together"),
        ('def f(n):\n    return gettext("{} days".format(n))', "put together"),
        ("def f(n):\n    return gettext(n[0])", "put together"),
        ("def f(n):\n    return gettext(n())", "put together"),
        ("def f(n):\n    return gettext()", "put together"),
        ('def f(n):\n    return ngettext("day", days, n)', "put together"),
        ('A = gettext("Too early")', "gettext_lazy"),
        ('class A:\n    label = gettext("Too early")', "gettext_lazy"),
        ('class A:\n    label = pgettext("c", "Too early")', "pgettext_lazy"),
    ],
)
def test_what_no_catalog_can_hold_is_refused(source: str, why: str) -> None:
    with pytest.raises(Untranslatable, match=rf"line \d+: .*{why}"):
        list(of_module(HEAD + source))


def test_only_the_named_parts_of_a_module_are_read() -> None:
    source = HEAD + (
        'HELP: str = _("for staff")\nPLACES = {"a": _("a place")}\n'
        'class Page:\n    title = field(_("title"), help_text=_("for staff"))\n'
        '    class Kind:\n        A = "a", _("First")\n'
        '    def shown(self):\n        return gettext("shown")\n'
        '    def hidden(self):\n        return gettext("hidden")\n'
    )
    said = [saying.singular for saying in of_module(source, ("PLACES", "Kind", "shown"))]
    assert said == ["a place", "First", "shown"]
    assert len(list(of_module(source))) == 7


def test_a_part_that_a_module_no_longer_has_is_told() -> None:
    with pytest.raises(Untranslatable, match="it has no Kind"):
        list(of_module('A = 1\nclass Sort:\n    B = "b"', ("A", "Kind")))
