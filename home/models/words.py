"""The introduction that most pages have under their heading."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput

LEDE_HELP = _("One or two sentences under the heading, in plain words.")


def lede_panel() -> FieldPanel:
    """Return the field of a page's introduction, which grows with its text."""
    return FieldPanel("lede", widget=AdminAutoHeightTextInput())
