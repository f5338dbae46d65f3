"""How a letter's templates write addresses, pictures and rich text; all of it escaped for where it stands."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.rich_text import RichText

from content import pictures, richtext
from content.links import absolute
from content.models import Picture
from content.palette import palette

register = template.Library()
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


@register.filter
def mail_url(address: str) -> str:
    """Return an address as it stands in a letter; a link that may not stand there leads nowhere."""
    return absolute(str(address))


@register.filter
def web_url(address: str) -> str:
    """Return an editor's address as it stands on our own pages; one that may not stand there leads nowhere."""
    return str(address).strip() if absolute(str(address)) else ""


@register.simple_tag(takes_context=True)
def color(context: template.Context, name: str, theme: str = "light") -> str:
    """Return a color of the practice as letters write it; `practice` is in the context of each of them.

    Args:
        name: of content.palette: ink, link, brand, …
        theme: light, or dark for readers whose mail program shows letters so.
    """
    branding = getattr(context.get("practice"), "branding", None)
    return (branding.palette if branding else palette()).of(theme)[name]


@register.filter
def mail_html(value: RichText | str | None, link: str) -> SafeString:
    """Return rich text as XML for MJML, its links in the color `link`."""
    return richtext.for_mail(_source(value), link)


@register.filter
def web_html(value: RichText | str | None) -> SafeString:
    """Return rich text for our own pages."""
    return richtext.for_web(_source(value))


@register.filter
def mail_text(value: RichText | str | None) -> SafeString:
    """Return rich text as plain text, where nothing is escaped since nothing is markup."""
    return SafeString(clean(richtext.for_text(_source(value))))


@register.filter
def plain(value: object) -> SafeString:
    """Return a value for plain text: as written, without control characters."""
    return SafeString(clean(str(value if value is not None else "")))


@register.filter
def lines(value: str) -> SafeString:
    """Return several lines for MJML, each escaped, parted by `<br/>`."""
    return SafeString("<br/>".join(escape(line) for line in str(value).splitlines()))


@register.simple_tag
def letter_picture(picture: Picture | None, width: int, height: int = 0) -> pictures.Shot | None:
    """Return a picture's address, size and words for a letter."""
    return pictures.for_letter(picture, width, height)


def clean(text: str) -> str:
    """Return text without control characters, and with line separators as blanks."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n"))


def _source(value: RichText | str | None) -> str:
    return value.source if isinstance(value, RichText) else str(value or "")
