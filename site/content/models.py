"""Pictures with an alternative text, and what every page of ours has in common."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Picture(AbstractImage):
    """An image of the library; what it shows must be said in words, or that it is only decoration."""

    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    is_decoration = models.BooleanField(_("only decoration"), default=False)

    admin_form_fields = (*Image.admin_form_fields, "alt", "is_decoration")

    class Meta(AbstractImage.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(is_decoration=True) | ~models.Q(alt=""),
                name="content_picture_says_what_it_shows",
                violation_error_message=_("Say in a few words what the picture shows, or mark it as decoration."),
            )
        ]

    @property
    def default_alt_text(self) -> str:
        """Return the words that stand for the picture; nothing for decoration."""
        return "" if self.is_decoration else self.alt


class PictureRendition(AbstractRendition):
    """One size and format of a picture."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="content_rendition_once")
        ]
