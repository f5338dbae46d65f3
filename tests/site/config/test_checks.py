"""`check --deploy` refuses what is unsafe."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from config.env import ROOT, new_field_key

pytestmark = pytest.mark.django_db  # Django's own checks ask the database what it can

SAFE = {
    "site_url": "https://www.example.org",
    "database_url": "postgresql://db/goodword",
    "cache_url": "redis://cache/1",
    "trusted_proxies": ("10.0.0.0/8",),
}


@pytest.fixture
def safe(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings of a careful installation."""
    settings.ENV = replace(settings.ENV, **SAFE)
    settings.VAR = tmp_path
    settings.DEMO = settings.DEBUG = False
    settings.TRUSTED_PROXIES = SAFE["trusted_proxies"]
    settings.MAIL_URL = settings.BULK_MAIL_URL = "smtps://mail.example.org"
    return settings


def ours() -> set[str]:
    found = checks.run_checks(include_deployment_checks=True)
    return {str(check.id) for check in found if str(check.id).startswith("goodword.")}


def test_a_careful_installation_passes(safe: Settings) -> None:
    assert ours() == set()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DEMO", True, "goodword.E001"),
        ("DEBUG", True, "goodword.E002"),
        ("MAIL_URL", "smtp://mail.example.org:25", "goodword.E004"),
        ("BULK_MAIL_URL", "smtp://mail.example.org?tls=none", "goodword.E004"),
        ("MAIL_URL", "outbox://", "goodword.W001"),
        ("TRUSTED_PROXIES", (), "goodword.W003"),
    ],
)
def test_each_setting_that_is_unsafe_is_named(safe: Settings, name: str, value: Any, found: str) -> None:
    setattr(safe, name, value)
    assert ours() == {found}


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("site_url", "http://www.example.org", {"goodword.E003"}),
        ("cache_url", "locmem://", {"goodword.W004"}),
    ],
)
def test_each_part_of_the_environment_that_is_unsafe_is_named(
    safe: Settings, name: str, value: str, found: set[str]
) -> None:
    safe.ENV = replace(safe.ENV, **{name: value})
    assert ours() == found


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:25", "smtp://mail.example.org?tls=starttls", "smtps://a.example"])
def test_mail_that_is_sealed_or_stays_here_passes(safe: Settings, url: str) -> None:
    safe.MAIL_URL = url
    assert ours() == set()


def test_keys_beside_the_database_are_named(safe: Settings) -> None:
    safe.ENV = replace(safe.ENV, database_url="sqlite:////tmp/goodword.sqlite3")
    (safe.VAR / "keys").mkdir()
    (safe.VAR / "keys" / "field_keys").touch()
    assert ours() == {"goodword.W002"}


def test_the_command_fails_in_the_demo(safe: Settings) -> None:
    safe.DEMO = True
    with pytest.raises(SystemCheckError, match=r"goodword\.E001"):
        call_command("check", deploy=True)


def test_without_deploy_nothing_of_it_is_asked(safe: Settings) -> None:
    safe.DEMO = True
    assert not [check for check in checks.run_checks() if str(check.id).startswith("goodword.")]


def test_a_sound_environment_gets_no_word_of_warning(tmp_path: Path) -> None:
    """As an operator meets it: a process of its own, its settings made from the environment alone."""
    environ = {
        "PATH": os.environ["PATH"],
        "SITE_URL": "https://www.example.org",
        "DATABASE_URL": "postgresql://goodword:secret@db.example.org/goodword",
        "CACHE_URL": "redis://cache.example.org:6379/1",
        "BROKER_URL": "redis://cache.example.org:6379/0",
        "MAIL_URL": "smtps://mail.example.org",
        "TRUSTED_PROXIES": "10.0.0.0/8",
        "SECRET_KEY": token_urlsafe(64),
        "FIELD_KEYS": new_field_key(),
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (3 silenced).\n"
