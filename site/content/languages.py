"""In which languages the site is read: its address says it, English without a prefix and Spanish under /es/."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, When
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet

ENGLISH = "en"
OWN_NAMES = {"en": "English", "es": "Español"}  # as whoever reads it looks for it
CODES = tuple(OWN_NAMES)
COOKIE = settings.LANGUAGE_COOKIE_NAME
# Rooms whose addresses name no language, and of these the ones where everything is English.
UNLED = ("/portal/", "/accounts/", "/e/")
ENGLISH_ONLY = ("/admin/", "/demo/", "/portal/office/", "/portal/join/")
READ_NOWHERE_ELSE = {"wagtail_serve", "editions:subscribe"}  # a page that is missing, and one that only a form leads to


def current() -> str:
    """Return the code of the language that is spoken now."""
    code = (get_language() or ENGLISH)[:2]
    return code if code in OWN_NAMES else ENGLISH


def of_path(path: str) -> str:
    """Return the language that an address names; English where it names none."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in OWN_NAMES and first != ENGLISH else ENGLISH


def is_led_by_path(path: str) -> bool:
    """Return whether a page's address says its language, as those of the public site do."""
    return not path.startswith((*UNLED, *ENGLISH_ONLY))


def in_language(path: str, language: str) -> str:
    """Return the address of a public page of ours in a language: `/book/` as `/es/book/` and back."""
    own = of_path(path)
    plain = path if own == ENGLISH else "/" + path.removeprefix(f"/{own}").removeprefix("/")
    return plain if language == ENGLISH else f"/{language}{plain}"


def chosen(request: HttpRequest) -> str:
    """Return the language that a visitor chose for the pages that no address leads; "" where they chose none."""
    code = request.COOKIES.get(COOKIE, "")
    return code if code in OWN_NAMES else ""


@dataclass(frozen=True)
class Top:
    """The home pages by language, English first, and the pages below each in the order of the tree.

    A language is there for visitors once its home page is.
    """

    homes: dict[str, Page] = field(default_factory=dict)
    parts: dict[str, list[Page]] = field(default_factory=dict)

    def part(self, slug: str, language: str) -> Page | None:
        """Return the page of the part that English addresses call `slug`, in a language, else in English."""
        english = next((page for page in self.parts.get(ENGLISH, []) if page.slug == slug), None)
        return self.translation(english, language) or english if english else None

    def translation(self, page: Page, language: str) -> Page | None:
        """Return the translation of a home page or of a page below one."""
        pages = [self.homes.get(language), *self.parts.get(language, [])]
        return next((one for one in pages if one and one.translation_key == page.translation_key), None)


def top(request: HttpRequest) -> Top:
    """Return what everybody may read at the top of the tree, asked for once a request."""
    kept: Top | None = getattr(request, "_top", None)
    if kept is None:
        site = Site.find_for_request(request)
        kept = _top(site.root_page) if site else Top()
        request._top = kept  # type: ignore[attr-defined]
    return kept


def _top(root: Page) -> Top:
    homes = Page.objects.live().filter(depth=root.depth, translation_key=root.translation_key)
    above = homes.filter(path=Substr(OuterRef("path"), 1, len(root.path)))
    pages = Page.objects.live().filter(depth__in=[root.depth, root.depth + 1]).filter(Exists(above))
    found = Top()
    for page in readable(pages).select_related("locale").order_by("depth", "path"):
        code = page.locale.language_code
        if page.depth == root.depth:
            found.homes[code] = page
        elif code in found.homes:
            found.parts.setdefault(code, []).append(page)
    return found


def language_of(page: Page, request: HttpRequest) -> str:
    """Return the language in which a page is written, from what is known of the tree; asked for where it is not."""
    for code, home in top(request).homes.items():
        if home.locale_id == page.locale_id:
            return code
    return str(page.locale.language_code)


def readable(pages: PageQuerySet) -> PageQuerySet:
    """Leave out what only some may read; as `public()`, but within the one question."""
    asked = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    closed = PageViewRestriction.objects.annotate(asked=asked).filter(asked__startswith=F("page__path"))
    return pages.filter(~Exists(closed))


def spoken(pages: PageQuerySet, locale_id: int) -> PageQuerySet:
    """Return the readable pages in a language, and after them the English ones that cannot be read in it."""
    mine, english = Q(locale_id=locale_id), Q(locale__language_code=ENGLISH)
    there = Page.objects.live().filter(locale_id=locale_id, translation_key=OuterRef("translation_key"))
    found = readable(pages.live()).filter(mine | english & ~Exists(there)).select_related("locale")
    return found.annotate(is_elsewhere=Case(When(mine, then=0), default=1)).order_by("is_elsewhere", "path")


def translations(page: Page, request: HttpRequest) -> dict[str, Page]:
    """Return a page in the languages in which everybody may read it, its own too, by language, English first."""
    known = top(request)
    english = known.homes.get(ENGLISH)
    if english is not None and page.depth <= english.depth + 1:
        found = {code: known.translation(page, code) for code in known.homes}
        return {code: one for code, one in found.items() if one}
    pages = readable(Page.objects.live().filter(translation_key=page.translation_key)).select_related("locale")
    by_code = {one.locale.language_code: one for one in pages}
    return {code: by_code[code] for code in known.homes if code in by_code}


def elsewhere(request: HttpRequest, page: Page | None, language: str) -> str:
    """Return the address of what a visitor reads now in another language; "" where nothing is read in it.

    Args:
        request: theirs, for a page that its address leads.
        page: of the tree; None for any other.
        language: the other one.
    """
    known = top(request)
    home = known.homes.get(language)
    if home is None:
        return ""
    if page is None or not page.pk:
        return _same_route(request, language) or str(home.get_url(request))
    found = translations(page, request).get(language)
    if found is None:
        parts = [part for part in known.parts.get(current(), []) if page.path.startswith(part.path)]
        found = known.translation(parts[0], language) if parts else None
    return str((found or home).get_url(request) or "")


def _same_route(request: HttpRequest, language: str) -> str:
    route = request.resolver_match
    return in_language(request.path, language) if route and route.view_name not in READ_NOWHERE_ELSE else ""
