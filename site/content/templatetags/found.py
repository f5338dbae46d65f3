"""What the head of a page says to search engines and to those with whom it is shared."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from content import languages, shared, structured
from content.pages import BasePage, address_of

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_data(context: template.Context) -> SafeString:
    """Return what the page says of itself, as JSON for a script element; empty where it says nothing."""
    page = context.get("page")
    if not isinstance(page, BasePage):
        return SafeString("")
    things = structured.graph(page, structured.Who(context.get("practice"), context.get("location")))
    return SafeString(structured.written(things) if things else "")


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> str:
    """Return the one address under which a page is found: without a query, but for the number of a page of a list."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, BasePage) or not page.address:
        return ""
    shown = context.get("page_obj")
    if shown is not None and shown.number > 1 and request is not None and set(request.GET) == {"page"}:
        return f"{page.address}?page={shown.number}"
    return page.address


@register.simple_tag(takes_context=True)
def alternates(context: template.Context) -> list[tuple[str, str]]:
    """Return the languages in which a page can be read with its addresses; none where it is read in one alone."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, BasePage) or not page.pk or request is None:
        return []
    found = languages.translations(page, request)
    return [(code, address_of(one)) for code, one in found.items()] if len(found) > 1 else []


@register.simple_tag(takes_context=True)
def share_picture(context: template.Context) -> dict[str, object]:
    """Return the picture that stands for the page where it is shared: `url`, `width`, `height`, `alt`."""
    page = context.get("page")
    if not isinstance(page, BasePage) or not page.pk:
        return {}
    request = context.get("request")
    language = languages.language_of(page, request) if request else page.locale.language_code
    return shared.picture_of(page, context.get("practice"), language)
