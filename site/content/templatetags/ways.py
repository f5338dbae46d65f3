"""Ways from page to page in the language that is spoken, and the way to the same page in the other one."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from content import languages
from content.languages import ENGLISH
from content.pages import BasePage

register = template.Library()


class Other(NamedTuple):
    """A language that can be chosen: its code, its own name, and where this page is read in it (a form, where "")."""

    code: str
    name: str
    url: str


@register.simple_tag(takes_context=True)
def leads_to(context: template.Context, slug: str, anchor: str = "") -> SafeString:
    """Return `href` of a page below the home page, by its English slug, in the language that is spoken.

    Where the page cannot be read in it, the English one is named, with its language.
    """
    language, request = languages.current(), context.get("request")
    if language == ENGLISH or request is None:
        return format_html('href="/{}/{}"', slug, anchor)
    page = languages.top(request).part(slug, language)
    if page is None:
        return format_html('href="/{}/{}"', slug, anchor)
    hreflang = "" if page.locale.language_code == language else format_html(' hreflang="{}"', ENGLISH)
    return format_html('href="{}{}"{}', page.get_url(request) or "/", anchor, hreflang)


@register.filter
def led(path: str) -> str:
    """Return the address of a page of ours as whoever reads this language goes there: `"/book/"|led`.

    Where addresses lead the language it is the one of the page in it (a page that cannot be read in it leads on to the
    English one, home.errors); where they do not, the language goes along.
    """
    language = languages.current()
    if language == ENGLISH:
        return path
    return languages.in_language(path, language) if languages.is_led_by_path(path) else f"{path}?language={language}"


@register.simple_tag(takes_context=True)
def other_languages(context: template.Context) -> list[Other]:
    """Return the languages in which the visitor may go on; none where there is only one, or all is English.

    Our own rooms speak all of them; the site speaks those in which the practice has published its home page.
    """
    request = context.get("request")
    if request is None or request.path.startswith(languages.ENGLISH_ONLY):
        return []
    current = languages.current()
    if not languages.is_led_by_path(request.path):
        return [Other(code, languages.OWN_NAMES[code], "") for code in languages.CODES if code != current]
    others = [code for code in languages.top(request).homes if code != current]
    page = context.get("page")
    page = page if isinstance(page, BasePage) else None
    return [Other(code, languages.OWN_NAMES[code], languages.elsewhere(request, page, code)) for code in others]
