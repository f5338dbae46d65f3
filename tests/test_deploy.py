"""What stands in deploy/: it names variables, files and programs that there are."""

from __future__ import annotations

import re
from pathlib import Path

from config.env import VARIABLES

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text()
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
OF_OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE"}


def services() -> dict[str, str]:
    """Return what stands below each service."""
    whole = COMPOSE.partition("\nservices:\n")[2].partition("\nsecrets:\n")[0]
    found = re.split(r"^  ([a-z]+):.*$", whole, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_every_variable_is_one_that_we_read():
    named = set(re.findall(r"^ {4}([A-Z_]+):", COMPOSE, flags=re.MULTILINE))
    assert named
    assert {name.removesuffix("_FILE") for name in named} <= set(VARIABLES)
    theirs = set(re.findall(r"^ {6}([A-Z_]+):", COMPOSE, flags=re.MULTILINE))
    assert theirs == OF_OTHERS


def test_what_production_demands_is_set():
    for name in ("SITE_URL", "DATABASE_URL_FILE", "SECRET_KEY_FILE", "FIELD_KEYS_FILE", "TRUSTED_PROXIES"):
        assert f"    {name}: " in COMPOSE


def test_web_workers_beat_database_and_broker_are_there():
    assert set(services()) == {"prepare", "web", "worker", "beat", "database", "broker"}
    assert "replicas: 2" in services()["worker"]
    assert "migrate" in services()["prepare"]


def test_every_secret_that_is_mounted_is_told_where_it_comes_from_and_how_it_is_written():
    mounted = set(re.findall(r"/run/secrets/([a-z_]+)", COMPOSE))
    declared = set(re.findall(r"^  ([a-z_]+): \{file: secrets/\1\}$", COMPOSE, flags=re.MULTILINE))
    assert mounted == declared
    told = (DEPLOY.parent / "docs/how-to/run-in-production.md").read_text()
    assert all(re.search(rf"(> |cp mail_url ){name}\b", told) for name in declared)


def test_the_image_holds_every_source_and_no_secret():
    copied = set(re.findall(r"^COPY (\S+)", DOCKERFILE, flags=re.MULTILINE))
    assert copied == {"requirements.txt", "manage.py", "site", "newsletter", "referral_portal", "home", "templates"}
    assert all((DEPLOY.parent / name).exists() for name in copied)
    assert "USER goodword" in DOCKERFILE
    assert "deploy/secrets" in (DEPLOY.parent / ".dockerignore").read_text()
    assert "/deploy/secrets/" in (DEPLOY.parent / ".gitignore").read_text()
