"""Pictures with an alternative text, Wagtail's records of changes, which reach the journal, and their count."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import ModelLogEntry, Page, PageLogEntry
from wagtail.models.audit_log import ModelLogEntryManager
from wagtail.models.pages import PageLogEntryManager

from content.branding import Branding  # noqa: F401 (a model of this app)
from content.testimonials import Testimonial  # noqa: F401 (a model of this app)
from journal.recording import Named, record
from practice.spoken import Said, in_spanish, left_in_english

WORDS = ("alt", "alt_es", "is_decoration")


class Picture(AbstractImage):
    """An image of the library; what it shows must be said in words, or that it is only decoration."""

    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    alt_es = in_spanish(_("what it shows"), 200)
    is_decoration = models.BooleanField(_("only decoration"), default=False)

    said_alt = Said("alt")
    # Wagtail's own `description` would ask for the same a second time
    admin_form_fields = (*(name for name in Image.admin_form_fields if name != "description"), *WORDS)

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
        """Return the words that stand for the picture in the language that is spoken; nothing for decoration."""
        return "" if self.is_decoration else self.said_alt

    @property
    def alt_language(self) -> str:
        """Return "en" where its words are there in English alone, though another language is spoken."""
        return "" if self.is_decoration else left_in_english(self, "alt")


class PictureRendition(AbstractRendition):
    """One size and format of a picture."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="content_rendition_once")
        ]


class Freshness(models.Model):
    """How many changes there were of what the public site shows: one row, which every process reads."""

    changes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="content_freshness_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.changes)

    @classmethod
    @transaction.atomic
    def count_one(cls) -> None:
        """Count one change; other processes learn of it when this commits."""
        if not cls.objects.filter(pk=1).update(changes=models.F("changes") + 1):
            _, is_new = cls.objects.get_or_create(pk=1, defaults={"changes": 1})
            if not is_new:
                cls.count_one()

    @classmethod
    def counted(cls) -> int:
        """Return how many changes there were; 0 where none was counted yet."""
        return cls.objects.filter(pk=1).values_list("changes", flat=True).first() or 0


# Acts on a page that its visitors do not see: drafts, talk about them, and locks.
UNSEEN = ("wagtail.edit", "wagtail.comments", "wagtail.workflow", "wagtail.lock", "wagtail.unlock", "wagtail.schedule")


class _Journaled:
    """Writes what Wagtail records into the journal too, and counts what visitors see, in one transaction."""

    @transaction.atomic
    def log_action(self, instance: models.Model, action: str, **kwargs: Any) -> Any:
        """Record one act of somebody in the admin: which thing, which act, who; no title and no contents."""
        kind = "page" if isinstance(instance, Page) else str(instance._meta.model_name)
        user = kwargs.get("user")
        record(
            f"{kind}.{action.removeprefix('wagtail.')}",
            subject=f"{kind}:{getattr(instance, 'ref', '') or instance.pk}",
            by=user if isinstance(user, Named) else None,
        )
        if not (isinstance(instance, Page) and action.startswith(UNSEEN)):
            Freshness.count_one()
        return super().log_action(instance, action, **kwargs)  # type: ignore[misc]


class PageRecordManager(_Journaled, PageLogEntryManager):
    """Keeps records of acts on pages."""


class ModelRecordManager(_Journaled, ModelLogEntryManager):
    """Keeps records of acts on everything else that the admin edits."""


class PageRecord(PageLogEntry):
    """Wagtail's record of an act on a page, which is in the journal as well."""

    objects = PageRecordManager()

    class Meta:
        proxy = True


class ModelRecord(ModelLogEntry):
    """Wagtail's record of an act on anything else that is edited in its admin, in the journal as well."""

    objects = ModelRecordManager()

    class Meta:
        proxy = True
