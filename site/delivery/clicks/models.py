"""The links of a letter as it was sent, and how often each was followed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

URL_LENGTH = 2_000


class Link(models.Model):
    """One link of a letter that was sent: nobody is led anywhere that does not stand here."""

    dispatch = models.ForeignKey("delivery.Dispatch", on_delete=models.CASCADE, related_name="links", db_index=False)
    url_hash = models.CharField(max_length=64)
    nth = models.PositiveSmallIntegerField(_("which one it is of those that lead there, from 1"))
    arm = models.CharField(_("in which of two letters that are compared"), max_length=2, blank=True, default="")
    url = models.TextField(max_length=URL_LENGTH)
    words = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dispatch", "url_hash", "nth", "arm"], name="delivery_link_once"),
        ]

    def __str__(self) -> str:
        return self.words or self.url


class Click(models.Model):
    """One following of a link; of who followed it only what tells two visitors of one day apart, for a day.

    The same link stands in every letter of a dispatch, so nobody can be found by what they followed.
    """

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="clicks", db_index=False)
    visitor = models.CharField(_("a keyed hash of network and browser"), max_length=32, blank=True)
    is_machine = models.BooleanField(_("whether a scanner of mail followed it"), default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["link", "is_machine"], name="delivery_clicks_of_a_link"),
            models.Index(
                fields=["visitor", "at"], name="delivery_clicks_of_a_visitor", condition=~models.Q(visitor="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
