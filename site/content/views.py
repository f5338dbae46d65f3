"""The practice's colors as a stylesheet, and what they look like before they are saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import may, public
from content.branding import Branding
from content.palette import Palette, palette

KEPT_FOR = 365 * 24 * 60 * 60


class Hues(forms.Form):
    """Two hues as somebody chose them."""

    hue = forms.IntegerField(min_value=0, max_value=359)
    accent_hue = forms.IntegerField(min_value=0, max_value=359)


@public
@require_safe
def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the practice's colors under the name that they have now; another name is not there."""
    branding = Branding.objects.first()
    if branding is None or branding.palette.digest != digest:
        raise Http404
    answer = HttpResponse(branding.palette.css, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    return answer


@public
@require_safe
def mark(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the drawn mark in the practice's colors, for the tab of a browser, in the light and in the dark."""
    branding = Branding.objects.first()
    if branding is None or branding.palette.digest != digest:
        raise Http404
    colors = {"light": branding.palette.light["link"], "dark": branding.palette.dark["link"]}
    answer = render(request, "branding/mark.svg", colors, content_type="image/svg+xml")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    return answer


@may("practice.manage")
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Show the colors of two hues with their contrasts, as the form in Settings asks while somebody chooses."""
    hues = Hues(request.GET)
    if not hues.is_valid():
        return HttpResponse(status=400)
    colors = palette(hues.cleaned_data["hue"], hues.cleaned_data["accent_hue"])
    return render(request, "branding/colors.html", shown(colors))


def shown(colors: Palette) -> dict[str, Any]:
    """Return what `branding/colors.html` shows of a palette: both themes, and each pair's contrast in both."""
    rows = list(zip(colors.readings("light"), colors.readings("dark"), strict=True))
    return {
        "notes": colors.notes,
        "themes": [
            {"name": name, "is": {part.replace("-", "_"): color for part, color in colors.of(theme).items()}}
            for theme, name in (("light", _("Light")), ("dark", _("Dark")))
        ],
        "rows": rows,
        "too_low": sum(not reading.is_enough for row in rows for reading in row),
    }
