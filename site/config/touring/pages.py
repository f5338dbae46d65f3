"""Reading a page as a browser does: its forms with what stands in them, and its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID_OF_VALUE = {"submit", "button", "image", "reset", "file"}


class StoryBroken(Exception):
    """The story cannot go on: something is not there, or does not answer as it must."""


class Objected(StoryBroken):
    """A form came back with an objection; `page` shows it and can be sent again."""

    def __init__(self, page: Page) -> None:
        self.page = page
        super().__init__(f"{urlsplit(page.url).path} objects: {page.main_words[:600]}")


@dataclass
class Form:
    """One form: where it goes, how, and what a browser would send if nobody touched it."""

    action: str
    method: str = "get"
    id: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def first_choice(self, name: str) -> str:
        """Return the first choice of a field that is not empty.

        Raises:
            StoryBroken: when there is none.
        """
        for value in self.choices.get(name, []):
            if value:
                return value
        raise StoryBroken(f"The form at {self.action} offers no {name}.")


@dataclass
class Page:
    """One answer of the site."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    def __post_init__(self) -> None:
        self._reader: _Reader | None = None

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def read(self) -> _Reader:
        """Return what stands in the page."""
        if self._reader is None:
            self._reader = _Reader()
            self._reader.feed(self.text)
        return self._reader

    @property
    def words(self) -> str:
        """Return the visible words, blanks collapsed."""
        return " ".join("".join(self.read.words).split())

    @property
    def main_words(self) -> str:
        """Return the visible words of the page's main part, without the frame around it."""
        main = self.text.partition("<main")[2].partition("</main>")[0]
        return Page(self.url, self.status, self.headers, f"<main{main}".encode()).words

    def form(self, ending: str = "", *, name: str = "") -> Form:
        """Return the form whose action ends with `ending`, or whose id is `name`.

        Raises:
            StoryBroken: when the page has no such form.
        """
        for form in self.read.forms:
            action = form.action.partition("?")[0] or self.url.partition("?")[0]
            if (name and form.id == name) or (ending and not name and action.endswith(ending)):
                return form
        actions = ", ".join(sorted({form.action for form in self.read.forms})) or "none"
        raise StoryBroken(f"{self.url} has no form {name or ending!r}; its forms go to: {actions}.")

    def link(self, part: str) -> str:
        """Return the first link whose address contains `part`.

        Raises:
            StoryBroken: when there is none.
        """
        for href in self.read.links:
            if part in href:
                return href
        raise StoryBroken(f"{self.url} has no link to {part}.")


class _Reader(HTMLParser):
    """Collects forms, links and words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._chosen: str | None = None
        self._area: tuple[str, list[str]] | None = None
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take up what begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower(), given.get("id", ""))
            self.forms.append(self._form)
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in {"script", "style"}:
            self._mute += 1
        elif tag in {"input", "select", "textarea", "button", "option"}:
            self._take(tag, given)

    def _take(self, tag: str, given: dict[str, str]) -> None:
        form = next((one for one in self.forms if one.id and one.id == given.get("form")), self._form)
        name = given.get("name", "")
        if form is None:
            return
        if tag == "option" and self._select:
            value = given.get("value", "")
            form.choices[self._select].append(value)
            if "selected" in given or self._chosen is None:
                self._chosen = value
        elif name and tag == "select":
            self._select, self._chosen = name, None
            form.names.add(name)
            form.choices[name] = []
        elif name and tag == "textarea":
            form.names.add(name)
            self._area = (name, [])
        elif name and tag == "input":
            self._take_input(form, name, given)
        elif name and tag == "button":
            form.names.add(name)
            form.choices.setdefault(name, []).append(given.get("value", ""))

    def _take_input(self, form: Form, name: str, given: dict[str, str]) -> None:
        form.names.add(name)
        kind = given.get("type", "text").lower()
        if kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.fields.append((name, given.get("value", "on")))
        elif kind not in VOID_OF_VALUE:
            form.fields.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Put down what ends."""
        if tag == "form":
            self._form = None
        elif tag in {"script", "style"}:
            self._mute = max(0, self._mute - 1)
        elif tag == "select" and self._select and self._form is not None:
            self._form.fields.append((self._select, self._chosen or ""))
            self._select = ""
        elif tag == "textarea" and self._area is not None and self._form is not None:
            name, words = self._area
            self._form.fields.append((name, "".join(words).removeprefix("\n")))
            self._area = None

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if self._area is not None:
            self._area[1].append(data)
        elif not self._mute:
            self.words.append(data)
