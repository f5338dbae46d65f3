"""Branding in the admin's Settings: two hues on strips, the colors that follow with their contrasts, and the logo."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from accounts.doors import may
from content.branding import Branding
from content.palette import from_oklch, palette
from content.views import shown
from practice.forms import OfThePractice

STEP = 6


class Hue(forms.NumberInput):
    """A number of degrees beside a strip of the colors that they mean."""

    template_name = "branding/widgets/hue.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"max": 359, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the strip."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        wheel = [(degrees, from_oklch((0.62, 0.12, degrees))[0]) for degrees in range(0, 360, STEP)]
        context["widget"] |= {"wheel": wheel, "step": STEP}
        return context


class BrandingForm(OfThePractice):
    """The look of the practice."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["staff/branding.css"]}
        js: ClassVar[list[str]] = ["staff/branding.js"]


class ColorsPanel(Panel):
    """Shows the colors that follow from the two hues."""

    class BoundPanel(Panel.BoundPanel):
        """The colors of one practice."""

        template_name = "branding/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the palette of what is saved."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            hues = (self.instance.hue, self.instance.accent_hue)
            # a form that was refused shows what was typed, which may be off the circle
            colors = palette(*hues) if all(0 <= hue < 360 for hue in hues) else palette()
            return context | shown(colors) | {"preview_url": reverse("branding_preview")}


class StraightToTheForm(IndexView):
    """There is one look, so the list leads straight to it."""

    @method_decorator(may("practice.manage"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead whoever may change it to the form."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if answer.status_code != 200:
            return answer
        branding = Branding.objects.first()
        return redirect(self.get_edit_url(branding)) if branding else redirect(self.get_add_url())


class BrandingViewSet(SnippetViewSet):
    """Colors and logo."""

    model = Branding
    icon = "sliders"
    menu_label = _("Branding")
    menu_order = 11
    add_to_admin_menu = False
    add_to_settings_menu = True
    index_view_class = StraightToTheForm
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("hue", widget=Hue, help_text=_("0 to 359; 187 is the drawn teal.")),
                    FieldPanel("accent_hue", widget=Hue, help_text=_("For small headings; 42 is terracotta.")),
                    ColorsPanel(),
                ],
                heading=_("Colors"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("logo", help_text=_("A wide or square picture. Empty: the drawn sprig.")),
                    FieldPanel("logo_says_name", help_text=_("Then the name is not written beside it a second time.")),
                ],
                heading=_("Logo"),
            ),
        ],
        base_form_class=BrandingForm,
    )
