"""A small browser: cookies, redirects, forms, files; no script, like somebody who switched it off."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from config.touring.pages import Form, Objected, Page, StoryBroken

Value = str | Sequence[str]
REDIRECTS = {301, 302, 303, 307, 308}
PATIENCE = 60


class Browser:
    """One person's browser on one site."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}
        self.page: Page | None = None

    def get(self, address: str) -> Page:
        """Open an address, relative or whole.

        Raises:
            StoryBroken: when the answer is not 200.
        """
        return self._wanted(self.request("GET", address), address)

    def submit(
        self,
        page: Page,
        form: Form,
        values: Mapping[str, Value] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Send a form with what stands in it, changed by `values`; a file makes it multipart.

        Raises:
            Objected: when the form comes back with an objection.
            StoryBroken: when a field is not in the form, or the answer is not 200.
        """
        given = dict(values or {})
        fields = [(name, value) for name, value in form.fields if name not in given]
        for name, value in given.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        if missing := [name for name in [*given, *(files or {})] if name not in form.names]:
            raise StoryBroken(f"The form {form.action or page.url} has no field {', '.join(missing)}.")
        return self.send(page.url, form.action or page.url, fields, files)

    def send(
        self,
        came_from: str,
        address: str,
        fields: Sequence[tuple[str, str]],
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Post fields and files, as a page of the site would.

        Raises:
            StoryBroken: when the answer is not 200.
        """
        if files:
            mark = secrets.token_hex(16)
            body, kind = _multipart(mark, fields, files), f"multipart/form-data; boundary={mark}"
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        target = urljoin(urljoin(self.site, came_from), address)
        headers = {"Content-Type": kind, "Origin": self.site, "Sec-Fetch-Site": "same-origin", "Referer": target}
        return self._wanted(self.request("POST", target, body, headers), address)

    def request(self, method: str, address: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Page:
        """Make one request and follow where it leads; return whatever comes."""
        url = urljoin(self.site, address)
        for _ in range(12):
            page = self._once(method, url, body, headers or {})
            if page.status not in REDIRECTS:
                self.page = page
                return page
            url, method, body, headers = urljoin(url, page.headers["location"]), "GET", b"", {}
        raise StoryBroken(f"{address} leads around in a circle.")

    def _once(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        sent = {"Accept": "text/html", "User-Agent": "Goodword tour", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body or None, sent)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise StoryBroken(f"{parts.path} does not answer ({type(error).__name__}).") from error
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        return Page(url, answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)

    def _wanted(self, page: Page, address: str) -> Page:
        if page.status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
            raise Objected(page)
        if page.status != http.HTTPStatus.OK:
            said = page.words[:300]
            raise StoryBroken(f"{urlsplit(page.url).path} (asked for {address}) answers {page.status}: {said}")
        return page


def _multipart(mark: str, fields: Sequence[tuple[str, str]], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    head = f"--{mark}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for name, (filename, content) in files.items():
        kind = "Content-Type: application/octet-stream"
        parts.append(f'{head}"{name}"; filename="{filename}"\r\n{kind}\r\n\r\n'.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode()
