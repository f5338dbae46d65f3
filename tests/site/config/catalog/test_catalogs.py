"""A catalog keeps its words, is written the same on every day, and says what is wrong with it."""

from __future__ import annotations

from gettext import GNUTranslations
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command

from config.catalog import catalogs, checking, scope
from config.catalog.extracting import Saying

HELLO, DAYS, MAY = Saying("Hello %(name)s"), Saying("%(n)s day", "%(n)s days"), Saying("May", context="a month")
WANTED = {HELLO: ["b.html", "a.html"], DAYS: ["a.html"], MAY: ["c.html"]}


def filled(**words: object) -> str:
    """Return a catalog of WANTED with `words` in place of the right ones."""
    right = {"hello": "Hola, %(name)s", "days": ("%(n)s día", "%(n)s días"), "may": "mayo"} | words
    new = catalogs.brought_up_to_date(catalogs.read(Path("nowhere.po"), "es"), WANTED, "es")
    for message in new:
        if message.id:
            message.string = right[{HELLO: "hello", DAYS: "days", MAY: "may"}[catalogs.of(message)]]
    return catalogs.text(new)


def problems(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "django.po"
    path.write_text(text, encoding="utf-8")
    return list(checking.problems(catalogs.read(path, "es"), "es"))


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(filled(), encoding="utf-8")
    read = catalogs.read(path, "es")
    assert catalogs.text(catalogs.brought_up_to_date(read, WANTED, "es")) == path.read_text(encoding="utf-8")
    assert problems(filled(), tmp_path) == []
    assert "#: a.html b.html\n" in filled()


def test_a_catalog_is_the_same_on_every_day() -> None:
    with time_machine.travel("2026-01-01"):
        first = filled(), catalogs.compiled(read(filled()))
    with time_machine.travel("2031-07-01"):
        assert (filled(), catalogs.compiled(read(filled()))) == first


def read(text: str):
    from babel.messages.pofile import read_po

    return read_po(BytesIO(text.encode()), locale="es")


def test_gettext_reads_what_is_compiled() -> None:
    found = GNUTranslations(BytesIO(catalogs.compiled(read(filled()))))
    assert found.gettext("Hello %(name)s") == "Hola, %(name)s"
    assert [found.ngettext("%(n)s day", "%(n)s days", n) for n in (0, 1, 2)] == [
        "%(n)s días",
        "%(n)s día",
        "%(n)s días",
    ]
    assert (found.pgettext("a month", "May"), found.gettext("May")) == ("mayo", "May")


def test_what_is_no_longer_said_goes_and_what_is_new_waits() -> None:
    new = catalogs.brought_up_to_date(read(filled()), {HELLO: ["a.html"], Saying("New"): ["a.html"]}, "es")
    assert {catalogs.of(message): message.string for message in new if message.id} == {
        HELLO: "Hola, %(name)s",
        Saying("New"): None,
    }


def test_a_translator_s_own_note_and_doubt_stay() -> None:
    noted = filled().replace("#: c.html", "# the month, not the verb\n#: c.html\n#, fuzzy")
    new = catalogs.text(catalogs.brought_up_to_date(read(noted), WANTED, "es"))
    assert "# the month, not the verb\n#: c.html\n#, fuzzy\n" in new


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"hello": ""}, "is not translated"),
        ({"days": ("%(n)s día", "")}, "is not translated, or not in all of its forms"),
        ({"hello": "Hello %(name)s"}, "is English still"),
        ({"hello": "Hola"}, "other slots"),
        ({"hello": "Hola, %(nombre)s"}, "other slots"),
        ({"hello": "Hola, %(name)s y %(name)s"}, "other slots"),
        ({"hello": "Hola, %(name)d"}, "other slots"),
        ({"hello": "Hola, <b>%(name)s</b>"}, "other slots"),
        ({"hello": "Hola, {name} %(name)s"}, "other slots"),
        ({"hello": " Hola, %(name)s"}, "begins or ends with a blank"),
        ({"days": ("un día", "%(n)s días")}, "other slots"),
    ],
)
def test_what_would_not_fill_in_as_the_english_does_is_told(words: dict, said: str, tmp_path: Path) -> None:
    (problem,) = problems(filled(**words), tmp_path)
    assert said in problem


def test_a_form_for_one_may_say_it_in_a_word_where_the_english_does() -> None:
    one = Saying("One code is left.", "%(n)s codes are left.")
    new = catalogs.brought_up_to_date(read(filled()), {one: ["a.html"]}, "es")
    for message in new:
        if message.id:
            message.string = ("Queda un código.", "Quedan %(n)s códigos.")
    assert list(checking.problems(new, "es")) == []


def test_a_doubtful_translation_is_told(tmp_path: Path) -> None:
    (problem,) = problems(filled().replace("#: c.html", "#: c.html\n#, fuzzy"), tmp_path)
    assert "fuzzy" in problem


class TestCommand:
    """`manage.py messages`, on a catalog of its own."""

    @pytest.fixture(autouse=True)
    def small(self, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.LOCALE_PATHS = [tmp_path]
        monkeypatch.setattr(scope, "sayings", lambda root: WANTED)
        monkeypatch.setattr(scope, "unsettled", lambda root: [])
        self.path = catalogs.place(tmp_path, "es")
        self.path.parent.mkdir(parents=True)

    def check(self) -> str:
        out = StringIO()
        call_command("messages", check=True, stdout=out)
        return out.getvalue()

    def test_it_writes_both_files_and_then_the_check_is_content(self) -> None:
        self.path.write_text(filled(), encoding="utf-8")
        call_command("messages", stdout=StringIO())
        assert self.check() == "3 sayings in scope.\n"
        assert self.path.with_suffix(".mo").exists()

    def test_it_asks_for_whom_a_new_folder_of_templates_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path.write_text(filled(), encoding="utf-8")
        call_command("messages", stdout=StringIO())
        monkeypatch.setattr(scope, "unsettled", lambda root: ["templates/surveys/"])
        with pytest.raises(CommandError, match="templates/surveys/ is new"):
            self.check()

    def test_it_says_what_is_left_to_translate(self) -> None:
        out = StringIO()
        call_command("messages", stdout=out)
        assert out.getvalue().count("is not translated") == 3

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda po, mo: po.write_text(po.read_text().replace("Hola", "Buenas")), "django.mo of es is out of date"),
            (
                lambda po, mo: po.write_text(po.read_text() + '\nmsgid "Old"\nmsgstr "Viejo"\n'),
                "“Old” is no longer said",
            ),
            (lambda po, mo: mo.unlink(), "django.mo of es is out of date"),
            (lambda po, mo: mo.write_bytes(mo.read_bytes()[:-3]), "django.mo of es is out of date"),
            (lambda po, mo: po.unlink(), "“May” is said and not in it"),
        ],
    )
    def test_the_check_refuses_what_does_not_fit(self, spoil, said: str) -> None:
        self.path.write_text(filled(), encoding="utf-8")
        call_command("messages", stdout=StringIO())
        spoil(self.path, self.path.with_suffix(".mo"))
        with pytest.raises(CommandError, match=said):
            self.check()


def test_without_babel_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "babel.messages.pofile", None)
    with pytest.raises(CommandError, match="Babel is missing"):
        catalogs.read(Path(settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.po", "es")
