"""What Settings hold for newsletters: who approves a letter, when it leaves, and who gets one to try it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from accounts.models import User
from accounts.roles import PERMISSIONS, may
from newsletter.campaigns.approvers import ApprovalRule
from newsletter.campaigns.sending_rules import SendingRule
from newsletter.campaigns.trials import TestReader
from practice.forms import OfThePractice
from practice.policy import OnlyOne

RULE = "newsletters.rule"


class OwnersOnly(OnlyOne):
    """Lets only the owner make and change the rule: nobody lifts the check under which they stand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` owns the practice; the rule is never deleted, and there is one."""
        return bool(user.is_active and may(user, RULE) and super().user_has_permission(user, action))

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        """Return the owners."""
        holders = Q(grants__role__in=PERMISSIONS[RULE], grants__ended_at__isnull=True)
        return User.objects.filter(holders, is_active=True).distinct()


class ApprovalRuleViewSet(SnippetViewSet):
    """Who approves a letter before it is sent."""

    model = ApprovalRule
    icon = "success"
    menu_label = _("Approval of newsletters")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["__str__", "who", "deputy"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel(
                        "who",
                        widget=forms.RadioSelect,
                        help_text=_(
                            "Before a letter is sent. Nobody approves their own, unless they own the practice and"
                            " nobody else could. Putting the web copy into the archive is another right."
                        ),
                    ),
                    FieldPanel("person", widget=forms.Select, help_text=_("For “One person”.")),
                    FieldPanel("role", help_text=_("For “Anybody of one role”.")),
                ],
                heading=_("Who approves"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "deputy",
                        widget=forms.Select,
                        help_text=_(
                            "Approves while the other is away, and after the hours below. Empty: the deputy who stands"
                            " with them under Practice, Staff."
                        ),
                    ),
                    FieldRowPanel([FieldPanel("deputy_after"), FieldPanel("remind_every")]),
                ],
                heading=_("When nobody answers"),
                help_text=_("Hours in which the practice is open. 0 reminds nobody."),
            ),
        ],
        base_form_class=OfThePractice,
    )


class SendingRuleViewSet(SnippetViewSet):
    """In which hours letters leave, and how long Send can be undone."""

    model = SendingRule
    icon = "time"
    menu_label = _("Sending of newsletters")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["__str__", "hours", "undo_seconds"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("hours", widget=forms.RadioSelect),
                    FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
                ],
                heading=_("In which hours"),
                help_text=_(
                    "By the clock of the practice. A letter that is still being sent when they end rests, and goes on"
                    " by itself when they begin."
                ),
            ),
            FieldPanel("undo_seconds", help_text=_("Nothing leaves before. 0 sends at once, and cannot be undone.")),
        ],
        base_form_class=OfThePractice,
    )


class TestReaderViewSet(SnippetViewSet):
    """Who gets a letter to try it."""

    __test__ = False  # no test of pytest's

    model = TestReader
    icon = "mail"
    menu_label = _("Test readers")
    add_to_settings_menu = True
    list_display: ClassVar[list[str]] = ["name", "email"]
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [
                    FieldPanel("name", help_text=_("Its first word greets them in the test.")),
                    FieldPanel("email", help_text=_("Colleagues, and mailboxes of yours at other mail services.")),
                ]
            )
        ],
        base_form_class=OfThePractice,
    )
