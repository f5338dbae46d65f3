"""The reference pages are made from the code, and the command that compares them tells the truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.roles import PERMISSIONS, Role
from config import describing
from config.env import VARIABLES


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BASE_DIR = tmp_path
    return tmp_path / "docs" / "reference"


def test_what_was_just_written_is_up_to_date(folder: Path) -> None:
    call_command("write_reference")
    call_command("write_reference", "--check")
    assert {path.name for path in folder.iterdir()} == set(describing.pages())


def test_a_changed_a_missing_and_a_needless_page_are_told(folder: Path) -> None:
    call_command("write_reference")
    (folder / "roles.md").write_text("by hand")
    (folder / "states.md").unlink()
    (folder / "poems.md").write_text("by heart")
    with pytest.raises(CommandError, match=r"poems\.md, roles\.md, states\.md"):
        call_command("write_reference", "--check")
    call_command("write_reference")
    call_command("write_reference", "--check")
    assert not (folder / "poems.md").exists()


def test_every_variable_permission_and_role_is_named() -> None:
    pages = describing.pages()
    assert all(f"`{name}`" in pages["environment.md"] for name in VARIABLES)
    assert all(f"`{name}`" in pages["roles.md"] for name in PERMISSIONS)
    assert all(str(role.label) in pages["roles.md"] for role in Role)


def test_every_route_of_ours_says_who_may() -> None:
    page = describing.pages()["addresses.md"]
    assert "`/healthz`" in page
    assert "`portal_office:" in page
    assert "the holder of a link signed for `unsubscribe`" in page


def test_every_table_has_its_diagram() -> None:
    page = describing.pages()["states.md"]
    machines = {row["machine"] for row in describing.state_rows()}
    assert {"case", "visit", "referral", "campaign", "dispatch", "message"} <= machines
    assert page.count("stateDiagram-v2") == len(machines)


def test_a_template_that_does_not_compile_is_named(tmp_path: Path, settings: Settings) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates" / "home").mkdir(parents=True)
    (tmp_path / "templates" / "home" / "never_there.html").write_text("x")
    with pytest.raises(CommandError, match=r"home/never_there\.html"):
        call_command("check_templates")


def test_every_template_of_ours_compiles() -> None:
    call_command("check_templates")
