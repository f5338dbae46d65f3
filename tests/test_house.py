"""The rules of the house that a machine can see: what stands where, how long it is, and what is never written."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("site", "newsletter", "referral_portal", "home")
TOP = {
    *("site", "newsletter", "referral_portal", "home", "templates", "tests", "docs", "deploy", ".ci"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile", "manage.py"),
    *(
        "pyproject.toml",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-production.txt",
        ".gitignore",
        ".dockerignore",
    ),
}
MADE = {".git", ".venv", "var", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache"}
MADE |= {".coverage", "htmlcov", ".DS_Store", ".idea", ".vscode", "__pycache__"}
READS_THE_ENVIRONMENT = {
    "site/config/env.py": "this is the place",
    "site/config/celery.py": "says which settings, before there are any",
    "site/config/wsgi.py": "says which settings, before there are any",
    "site/config/running/supervising.py": "hands the environment on to its children",
}
CALLS_TEXT_SAFE = {
    "site/content/richtext.py": "its writer escapes every text and attribute itself, and passes a closed set of tags",
    "site/content/blocks/ground.py": "a rendered block whose slots are replaced by escaped fallbacks",
    "site/content/templatetags/found.py": "JSON in which every sign that could end a script element is escaped",
    "site/content/templatetags/letters.py": "the text part of a letter, where there is no markup to escape",
    "newsletter/editions/letter.py": "joins rendered text parts",
}
WAITS_FOR_A_PROCESS = {
    "tests/services/postgres.py": "asks again until the server answers",
    "tests/services/broker.py": "asks again until the server answers",
    "tests/journeys/conftest.py": "asks again until the demo answers",
    "tests/site/config/test_running.py": "asks again until a child is there or gone",
    "tests/site/delivery/test_smtp.py": "a server that is slow on purpose",
}
WRITES_SQL = {
    "site/vault/writing.py": "COPY, for which Django has no words; names come from the models",
    "site/vault/inserting.py": "INSERT … SELECT, for which Django has no words; it compiles the question",
    "site/vault/surveying.py": "ANALYZE, for which Django has no words",
    "site/config/observing/health.py": "SELECT 1",
    "site/journal/guards.py": "asks which triggers stand",
    "site/config/running/preparing.py": "asks an older database, whose columns no model knows any more",
}


def python(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates(*endings: str) -> Iterator[Path]:
    for ending in endings:
        yield from sorted((ROOT / "templates").rglob(f"*{ending}"))


def lines(paths: Iterator[Path], pattern: str, *, but: Collection[str] = ()) -> list[str]:
    """Return `file:line` of every line that matches, outside the files named in `but`."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if str(path.relative_to(ROOT)) not in but
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if wanted.search(line)
    ]


def test_nothing_stands_at_the_top_that_the_tree_does_not_name() -> None:
    assert {path.name for path in ROOT.iterdir()} - TOP - MADE == set()


def test_site_is_a_source_folder_and_never_a_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_file_has_more_than_400_lines() -> None:
    every = [*python(*SOURCES, "tests"), *templates(".html", ".mjml", ".txt")]
    assert [str(path.relative_to(ROOT)) for path in every if len(path.read_text().splitlines()) > 400] == []


def test_every_module_opens_with_a_sentence() -> None:
    silent = []
    for path in python(*SOURCES, "tests"):
        words = ast.get_docstring(ast.parse(path.read_text()))
        if not words or ("\n" not in words and not words.rstrip().endswith((".", "?"))):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in python("tests")}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_migrations_carry_their_purpose_in_their_name() -> None:
    names = [path.stem for folder in SOURCES for path in (ROOT / folder).rglob("migrations/0*.py")]
    assert [name for name in names if re.search(r"initial|auto_|_and_more", name)] == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "core", "services", "manager", "selectors", "signals"])
def test_no_room_has_a_name_that_says_nothing(name: str) -> None:
    assert [path for path in python(*SOURCES) if path.stem == name or path.parent.name == name] == []


def test_escaping_is_never_switched_off() -> None:
    assert lines(templates(".html", ".mjml"), r"\|\s*safe\b|\|\s*safeseq|autoescape off|<%|\{%\s*autoescape") == []


def test_text_is_called_safe_only_where_a_reason_is_given() -> None:
    pattern = r"\bmark_safe\(|\bSafeString\(|\bSafeData\b|__html__"
    assert lines(python(*SOURCES), pattern, but=set(CALLS_TEXT_SAFE)) == []


def test_templates_have_no_inline_style_handler_or_script() -> None:
    letters = {str(path.relative_to(ROOT)) for path in templates(".mjml")}
    pattern = (
        r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style\b|javascript:|\bhx-on\b|<script(?![^>]*\b(src|type=\"application/))"
    )
    assert lines(templates(".html"), pattern, but=letters) == []


def test_nobody_writes_sql_by_hand() -> None:
    pattern = r"\.raw\(|\bRawSQL\b|\.extra\(|cursor\.execute|\.cursor\(\)|executescript|executemany"
    assert lines(python(*SOURCES), pattern, but=set(WRITES_SQL)) == []


def test_the_environment_is_read_in_one_place() -> None:
    assert lines(python(*SOURCES), r"os\.environ|os\.getenv|getenv\(", but=set(READS_THE_ENVIRONMENT)) == []


def test_there_are_no_signals_of_our_own() -> None:
    assert lines(python(*SOURCES), r"\bSignal\(\)") == []


def test_nothing_is_left_for_later() -> None:
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3))
    every = iter([*python(*SOURCES, "tests"), *templates(".html", ".mjml", ".txt")])
    assert lines(every, rf"\b({marks})\b") == []


def test_no_test_sleeps() -> None:
    assert lines(python("tests"), r"^\s*(time\.)?sleep\(", but=set(WAITS_FOR_A_PROCESS)) == []
