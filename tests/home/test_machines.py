"""What machines read: robots.txt, sitemap.xml, security.txt."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image
from wagtail.models import Locale, PageViewRestriction

from content.branding import Branding
from home import machines
from home.models import HomePage, ServicePage
from newsletter.editions.models import TipPage
from practice.models import Practice
from tests.factories import editions

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# https://www.sitemaps.org/schemas/sitemap/0.9/sitemap.xsd: what is in an entry, in this order, and what it looks like
ENTRY = {"loc": r"https?://\S{1,2036}", "lastmod": r"\d{4}-\d\d-\d\d", "changefreq": r"[a-z]+", "priority": r"[01]\.\d"}


def entries(client: Client, path: str = "/sitemap.xml") -> dict[str, ET.Element]:
    """Return the entries of a list of pages by address, each checked by the protocol."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{SITEMAP}urlset"
    assert 0 < len(root) <= 50_000
    assert len(answer.content) <= 50 * 1024 * 1024
    found: dict[str, ET.Element] = {}
    for entry in root:
        assert entry.tag == f"{SITEMAP}url"
        names = [part.tag.removeprefix(SITEMAP) for part in entry if part.tag.startswith(SITEMAP)]
        assert names == [name for name in ENTRY if name in names]
        assert names[0] == "loc"
        for name in names:
            assert re.fullmatch(ENTRY[name], entry.findtext(f"{SITEMAP}{name}", "")), name
        assert all(part.tag == f"{XHTML}link" for part in entry if not part.tag.startswith(SITEMAP))
        found[entry.findtext(f"{SITEMAP}loc", "")] = entry
    assert len(found) == len(root)
    return found


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
    found = entries(client)
    assert "http://127.0.0.1:8000/" in found
    changed = found["http://127.0.0.1:8000/services/root-canal/"].findtext(f"{SITEMAP}lastmod", "")
    assert abs(date.fromisoformat(changed) - timezone.localdate()) <= timedelta(days=1)
    assert not [address for address in found if "house-calls" in address]
    for address in found:
        assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_page_for_some_is_on_no_list(site: HomePage, client: Client) -> None:
    page = ServicePage.objects.get(slug="house-calls")
    PageViewRestriction.objects.create(page=page.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert not [address for address in entries(client) if "house-calls" in address]


def test_too_many_pages_are_several_lists(site: HomePage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    every = set(entries(client))
    monkeypatch.setattr(machines.PublicPages, "limit", 4)
    index = ET.fromstring(client.get("/sitemap.xml").content)
    assert index.tag == f"{SITEMAP}sitemapindex"
    lists = [part.findtext(f"{SITEMAP}loc", "").removeprefix("http://127.0.0.1:8000") for part in index]
    parts = [set(entries(client, path)) for path in lists]
    assert set().union(*parts) == every
    assert sum(map(len, parts)) == len(every)
    for wrong in ("0", "-1", "99", "x", "1e9", "\x00"):
        assert client.get("/sitemap.xml", {"p": wrong}).status_code == 404


def test_a_list_that_did_not_change_is_not_sent_again(site: HomePage, client: Client) -> None:
    answer = client.get("/sitemap.xml")
    assert client.get("/sitemap.xml", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    ServicePage.objects.get(slug="house-calls").unpublish()
    assert client.get("/sitemap.xml", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_another_language_is_told_where_there_is_one(tip: TipPage, client: Client) -> None:
    assert "hreflang" not in client.get(tip.url).content.decode()
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    HomePage.objects.get().copy_for_translation(spanish, copy_parents=True)
    tip.copy_for_translation(spanish, copy_parents=True)
    tip.get_translation(spanish).specific.save_revision().publish()
    assert "hreflang" not in client.get(tip.url).content.decode()
    assert "hreflang" not in client.get("/sitemap.xml").content.decode()
    HomePage.objects.get(locale=spanish).save_revision().publish()
    html = client.get(tip.url).content.decode()
    for language in ("en", "es", "x-default"):
        assert html.count(f'hreflang="{language}" href="http://127.0.0.1:8000/') == 1
    assert ET.fromstring(client.get("/sitemap.xml").content).find(f".//{XHTML}link[@hreflang='es']") is not None


def test_a_hole_can_be_told_to_somebody(site: HomePage, client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:desk@juniper-row.example"
    assert datetime.fromisoformat(fields["Expires"]) > datetime.now().astimezone()
    assert datetime.fromisoformat(fields["Expires"]) < datetime.now().astimezone() + timedelta(days=366)
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt"])
def test_machines_only_read(db: None, client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_the_icon_that_browsers_ask_for_by_themselves_is_there(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"].rpartition("/")[2][:7]) == (301, "favicon")


def test_a_phone_gets_an_icon_in_the_practices_color(site: HomePage, client: Client) -> None:
    answer = client.get("/apple-touch-icon.png")
    icon = Image.open(io.BytesIO(answer.content))
    assert (icon.format, icon.size) == ("PNG", (180, 180))
    assert len(answer.content) < 10_000
    assert client.get("/apple-touch-icon.png", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    branding, _ = Branding.objects.get_or_create(practice=Practice.objects.get())
    branding.hue = (branding.hue + 100) % 360
    branding.logo = editions.picture()
    branding.save()
    assert client.get("/apple-touch-icon.png").content != answer.content


def test_before_there_is_a_practice_there_is_an_icon(db: None, client: Client) -> None:
    assert client.get("/apple-touch-icon.png").status_code == 200
