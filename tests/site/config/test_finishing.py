"""The run command serves static files as production does, without waiting for what nobody loads."""

from __future__ import annotations

import json
from pathlib import Path

import brotli
import pytest
from pytest_django import Settings
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.running import finishing


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Return where static files are collected to in this test."""
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path / "static"


def names(folder: Path) -> dict[str, str]:
    """Return the collected name of every static file."""
    found: dict[str, str] = json.loads((folder / finishing.MANIFEST).read_text())["paths"]
    return found


def test_every_file_has_the_hash_of_what_is_in_it_and_ours_are_packed(folder: Path) -> None:
    finishing.finish()
    collected = names(folder)
    assert collected["css/app.css"] != "css/app.css"
    packed = folder / f"{collected['css/app.css']}.br"
    assert brotli.decompress(packed.read_bytes()) == (folder / collected["css/app.css"]).read_bytes()
    assert (folder / f"{collected['icons.svg']}.gz").exists()
    assert any(name.startswith("wagtailadmin/") for name in collected)
    assert collected["fonts/figtree-latin-wght-normal.woff2"] in (
        folder / collected["css/tokens.css"]
    ).read_text().replace("../", "")
    assert CompressedManifestStaticFilesStorage().url("css/app.css") == f"/static/{collected['css/app.css']}"


def test_a_second_time_changes_nothing(folder: Path) -> None:
    finishing.finish()
    before = names(folder)
    finishing.finish()
    assert names(folder) == before


def test_who_works_on_the_sources_is_served_the_sources(folder: Path) -> None:
    finishing.unfinish()
    finishing.finish()
    finishing.unfinish()
    assert not (folder / finishing.MANIFEST).exists()
