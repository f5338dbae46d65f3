"""How a journey asks without a browser: it keeps cookies, signs in at the demo's door, and follows links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tests.journeys.walking import NOT_A_PAGE, shape

LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody who reads the demo's HTML as it comes."""

    url: str
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def get(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Return the status, the kind and the text at a path; with fields, what a POST of them is answered."""
        data = urlencode(fields).encode() if fields else None
        try:
            answer = self.opener.open(Request(urljoin(self.url, path), data, {"Referer": self.url + path}), timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()

    def post(self, path: str, **fields: str) -> tuple[int, str, str]:
        """Return what is answered to a form at a path that is filled in with `fields` alone."""
        token = TOKEN.search(self.get(path)[2])
        return self.get(path, csrfmiddlewaretoken=token[1] if token else "", **fields)

    def sign_in(self, role: str) -> Visitor:
        """Come in as one of the demo's people."""
        self.post(f"/demo/as/{role}/")
        return self

    def pages(self, start: str, within: re.Pattern[str], most: int = 100) -> dict[str, str]:
        """Return the HTML of one page of each kind that can be reached by links from `start`, by path."""
        waiting, seen, found = [start], {shape(start)}, dict[str, str]()
        while waiting and len(found) < most:
            path = waiting.pop(0)
            _, kind, html = self.get(path)
            if kind != "text/html":
                continue
            found[path] = html
            for written in map(unescape, LINK.findall(html)):
                link = urljoin(self.url + path, written).removeprefix(self.url)
                if within.match(link) and not NOT_A_PAGE.search(link.partition("?")[0]) and shape(link) not in seen:
                    seen.add(shape(link))
                    waiting.append(link)
        return found
