"""How a journey walks: it listens to what the browser complains of, follows links, and asks axe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

REPORT = """
document.addEventListener("securitypolicyviolation", (event) => {
  const what = event.blockedURI || "inline";
  console.error("policy: " + event.effectiveDirective + " blocked " + what + " " + event.sample);
});
"""
# A page that is not there is asked for on purpose, and a form is sent empty: the browser says so itself. Wagtail's list
# of time zones names some that the browser has never heard of, which its own script says and survives; and what
# its Checks find on an editor's page they show and say.
EXPECTED = re.compile(r"status of (?:40[34]|422)|identifier: w-locale|element: select#id_locale|^axe\.run results")
NOT_A_PAGE = re.compile(r"\.(pdf|csv|svg|xml|zip|png|jpe?g|txt)$|/accounts/logout/|/demo/|/admin/logout/|/documents/")
REFERENCE = re.compile(r"/[A-Z]{1,4}-[0-9A-Z]{4,}(?=/)|/\d+(?=/)|/[0-9a-f-]{36}(?=/)|(?<=/e/)(\w+)/[^/]+|(?<=/r/)[^/]+")


@dataclass
class Watch:
    """Everything that went wrong in one browser context."""

    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> Page:
        """Listen to `page`: policy reports, script errors, failed answers, dialogs."""
        page.add_init_script(REPORT)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._response)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.url}: {response.status}")


def links_of(page: Page) -> list[str]:
    """Return the paths of this site that the page links to."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    found: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    paths = [link.removeprefix(origin).partition("#")[0] for link in found if link.startswith(origin + "/")]
    return list(dict.fromkeys(path for path in paths if not NOT_A_PAGE.search(path.partition("?")[0])))


def shape(path: str) -> str:
    """Return a path with its references blotted out, so that one page of a kind stands for all."""
    bare, _, query = path.partition("?")
    return REFERENCE.sub("/*", bare) + ("?" + re.sub(r"=[^&]*", "=*", query) if query else "")


def walk(page: Page, start: str, *, within: re.Pattern[str], most: int) -> Iterator[str]:
    """Open one page of each kind that can be reached by links from `start`, and yield each path once it is open.

    Args:
        page: the tab that walks.
        start: the first path.
        within: only paths that match are opened.
        most: when to stop, however many more there are.
    """
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    waiting, seen = [start], {shape(start)}
    opened = 0
    while waiting and opened < most:
        path = waiting.pop(0)
        answer = page.goto(origin + path, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        opened += 1
        yield path
        for link in links_of(page):
            if within.match(link) and shape(link) not in seen:
                seen.add(shape(link))
                waiting.append(link)


def settle(page: Page) -> None:
    """Bring every animation to its end, since axe would read a color on its way to another."""
    page.evaluate("document.getAnimations().forEach((one) => { try { one.finish() } catch { one.cancel() } })")


def axe_findings(page: Page, *rules: str) -> list[str]:
    """Return what axe finds on the page: its rule, the first elements, and text of its background's own color.

    Args:
        page: the page as it stands.
        rules: only these; all where none is named.
    """
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
    if rules:
        options["runOnly"] = list(rules)
    settle(page)
    found = Axe().run(page, options=options).response
    said = [
        f"{one['id']}: {', '.join(' '.join(map(str, node['target'])) for node in one['nodes'][:3])}"
        for one in found["violations"]
    ]
    for one in found["incomplete"]:
        for node in one["nodes"]:
            if one["id"] == "color-contrast" and '"equalRatio"' in json.dumps(node):
                said.append(f"color-contrast (equal): {node['target']}")
    return said


def assert_axe_clean(page: Page) -> None:
    """Fail with what axe finds on the page as it stands."""
    assert axe_findings(page) == [], page.url


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
