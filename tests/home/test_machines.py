"""What machines read: robots.txt, sitemap.xml, security.txt."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client, override_settings

from home.models import HomePage, ServicePage


def test_robots_are_kept_out_of_what_is_private(site: HomePage, client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    for path in ("/portal/", "/e/", "/r/", "/admin/", "/accounts/", "/search/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /" not in lines
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines


@override_settings(DEMO=True)
def test_a_demo_is_for_nobodys_index(db: None, client: Client) -> None:
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_the_sitemap_lists_what_anybody_may_read(site: HomePage, client: Client) -> None:
    ServicePage.objects.get(slug="house-calls").unpublish()
    answer = client.get("/sitemap.xml")
    xml = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert "/services/root-canal/</loc>" in xml
    assert "house-calls" not in xml


def test_a_hole_can_be_told_to_somebody(site: HomePage, client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:desk@juniper-row.example"
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now().astimezone()
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_machines_only_read(db: None, client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_the_icon_that_browsers_ask_for_by_themselves_is_there(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"].rpartition("/")[2][:7]) == (301, "favicon")
