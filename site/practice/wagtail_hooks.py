"""The practice in the admin's Settings: what it is, where, when it is open, who works there, what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from practice import clocks
from practice.alerts import Alert
from practice.courtesy import Courtesy
from practice.courtesy_page import CourtesyViewSet
from practice.forms import OfThePractice, ServiceForm
from practice.models import (
    AwayDate,
    Closure,
    Location,
    OpeningHours,
    Practice,
    Provider,
    Service,
    StaffMember,
    Weekday,
)
from practice.plans import Plan
from practice.policy import EditorsToo, ManagersOnly, OnlyOne

for the_one in (Practice, Courtesy):
    register_permission_policy(the_one, OnlyOne(the_one))
for kind in (Alert, Location, OpeningHours, Closure, StaffMember, AwayDate, Provider, Plan):
    register_permission_policy(kind, ManagersOnly(kind))
register_permission_policy(Service, EditorsToo(Service))

MANAGE = "practice.change_practice"  # a Django permission, which the groups of managers hold
ZONES = [
    ("America/New_York", _("Eastern")),
    ("America/Chicago", _("Central")),
    ("America/Denver", _("Mountain")),
    ("America/Phoenix", _("Arizona")),
    ("America/Los_Angeles", _("Pacific")),
    ("America/Anchorage", _("Alaska")),
    ("Pacific/Honolulu", _("Hawaii")),
]
ICONS = [
    ("tooth", _("Tooth")),
    ("implant", _("Implant")),
    ("root", _("Tooth with roots")),
    ("leaf", _("Leaf")),
    ("align", _("Row of teeth")),
    ("shield", _("Shield")),
    ("users", _("People")),
    ("moon", _("Moon")),
    ("gift", _("Gift")),
    ("heart", _("Heart")),
]


class Weekdays(forms.CheckboxSelectMultiple):
    """Boxes for the days of the week, kept as `0,1,2`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=Weekday.choices)

    def format_value(self, value: Any) -> list[str]:
        """Return the days to tick."""
        return value.split(",") if isinstance(value, str) else [str(day) for day in value or []]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """Return the ticked days in their order; anything that is no day is dropped."""
        ticked: Sequence[str] = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return ",".join(str(day) for day in Weekday.values if str(day) in ticked)


class PracticeViewSet(SnippetViewSet):
    """The practice itself."""

    model = Practice
    icon = "home"
    add_to_admin_menu = False
    menu_label = _("Practice")
    list_display: ClassVar[list[str]] = ["name", "legal_name", "domain"]
    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldRowPanel([FieldPanel("descriptor"), FieldPanel("descriptor_es")]),
                FieldPanel("legal_name"),
                FieldPanel("kind"),
            ],
            heading=_("Name"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("domain"),
                FieldPanel("sender_name"),
                FieldPanel("sender_email"),
                FieldPanel("reply_email"),
            ],
            heading=_("Mail"),
        ),
        FieldPanel("case_prefix", help_text=_("Numbers of referrals begin with these, as JR-7K2M.")),
        FieldPanel(
            "second_eyes",
            help_text=_("What is handed in, the owner or the office manager reads and lets out. They get a mail."),
        ),
    ]


class LocationViewSet(SnippetViewSet):
    """Where patients are seen."""

    model = Location
    icon = "site"
    menu_label = _("Locations")
    list_display: ClassVar[list[str]] = ["name", "address_line", "phone"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("practice"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("is_main")]),
        FieldPanel("street"),
        FieldRowPanel([FieldPanel("city"), FieldPanel("state"), FieldPanel("zip_code")]),
        FieldRowPanel(
            [
                FieldPanel("latitude", help_text=_("For maps of search engines, if you know it.")),
                FieldPanel("longitude"),
            ]
        ),
        FieldRowPanel(
            [
                FieldPanel("phone"),
                FieldPanel("emergency_phone", help_text=_("Only if someone also answers after hours.")),
            ]
        ),
        FieldPanel("time_zone", widget=forms.Select(choices=ZONES)),
    ]


class OpeningHoursViewSet(SnippetViewSet):
    """When a location is open."""

    model = OpeningHours
    icon = "time"
    menu_label = _("Opening hours")
    list_display: ClassVar[list[str]] = ["__str__", "location"]
    list_filter: ClassVar[list[str]] = ["location"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("location"),
        FieldPanel("weekday"),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
    ]


class ClosureViewSet(SnippetViewSet):
    """Days on which a location is closed."""

    model = Closure
    icon = "date"
    menu_label = _("Holidays")
    list_display: ClassVar[list[str]] = ["name", "on", "location"]
    list_filter: ClassVar[list[str]] = ["location"]
    ordering = ("is_past", "on")
    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("location"), FieldPanel("on")]),
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_es")]),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closure]:
        """Return what is coming first, then what is past."""
        today = clocks.today()
        return Closure.objects.annotate(is_past=Case(When(on__lt=today, then=True), default=False))


class AlertViewSet(SnippetViewSet):
    """What stands at the top of every public page for a while."""

    model = Alert
    icon = "warning"
    menu_label = _("Alerts")
    list_display: ClassVar[list[str]] = ["text", "level", "starts_at", "ends_at"]
    list_filter: ClassVar[list[str]] = ["level"]
    edit_handler = ObjectList(
        [
            FieldPanel(
                "text",
                help_text=_("One sentence, at the top of every public page. Holidays are said by themselves."),
            ),
            FieldPanel("text_es"),
            FieldPanel("level", help_text=_("Urgent stands first and in red.")),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at", help_text=_("Empty: until you delete it."))]),
            FieldRowPanel(
                [
                    FieldPanel("link", help_text=_("A page with more, as /contact/. May stay empty.")),
                    FieldPanel("link_label", help_text=_("Empty: “Read more”.")),
                    FieldPanel("link_label_es", help_text=_("For the Spanish pages.")),
                ]
            ),
        ],
        base_form_class=OfThePractice,
    )


class StaffMemberViewSet(SnippetViewSet):
    """Who works here."""

    model = StaffMember
    icon = "group"
    menu_label = _("Staff")
    list_display: ClassVar[list[str]] = ["name", "title", "location", "deputy", "is_active"]
    list_filter: ClassVar[list[str]] = ["location", "is_active"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("title"), FieldPanel("title_es")]),
        FieldPanel("slug", help_text=_("For addresses of pages: small letters and dashes.")),
        FieldRowPanel([FieldPanel("location"), FieldPanel("deputy")]),
        FieldPanel("works_on", widget=Weekdays, help_text=_("On other days the deputy owns the work.")),
        FieldPanel("bio", help_text=_("Two or three sentences for the team page.")),
        FieldRowPanel([FieldPanel("order"), FieldPanel("is_active")]),
    ]


class AwayDateViewSet(SnippetViewSet):
    """When somebody is away."""

    model = AwayDate
    icon = "calendar-alt"
    menu_label = _("Days away")
    list_display: ClassVar[list[str]] = ["staff_member", "starts_on", "ends_on"]
    list_filter: ClassVar[list[str]] = ["staff_member"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("staff_member"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
    ]


class ProviderViewSet(SnippetViewSet):
    """Who treats patients."""

    model = Provider
    icon = "user"
    menu_label = _("Providers")
    list_display: ClassVar[list[str]] = ["name", "specialty", "accepts_cases"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("staff_member"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("credentials")]),
        FieldPanel("specialty"),
        FieldPanel("accepts_cases"),
        FieldRowPanel([FieldPanel("takes_new_patients"), FieldPanel("new_patients_as_of")]),
    ]


class ServiceViewSet(SnippetViewSet):
    """What we do."""

    model = Service
    icon = "list-ul"
    menu_label = _("Services")
    list_display: ClassVar[list[str]] = ["name", "takes_cases", "triages", "recall_months"]
    edit_handler = ObjectList(
        [
            TitleFieldPanel(
                "name",
                heading=_("Name of the service"),
                targets=["slug"],
                placeholder=_("Teeth whitening"),
                help_text=_("As patients say it."),
            ),
            FieldPanel(
                "summary",
                heading=_("In one sentence"),
                help_text=_("Stands under the name wherever services are listed."),
            ),
            FieldPanel("name_es"),
            FieldPanel("summary_es"),
            FieldRowPanel(
                [
                    FieldPanel("icon", widget=forms.Select(choices=ICONS)),
                    FieldPanel("order", help_text=_("Lower numbers come first.")),
                ]
            ),
            FieldPanel("providers", heading=_("Who does it"), widget=forms.CheckboxSelectMultiple),
            FieldPanel(
                "slug",
                heading=_("Short name for the address"),
                widget=SlugInput,
                help_text=_("Filled in from the name: small letters and dashes."),
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "takes_cases", permission=MANAGE, help_text=_("Offices can choose it when they send a patient.")
                    ),
                    FieldPanel("triages", permission=MANAGE),
                    FieldPanel(
                        "concerns_a_tooth",
                        permission=MANAGE,
                        help_text=_("The form for offices asks which tooth it is."),
                    ),
                    FieldPanel(
                        "recall_months",
                        permission=MANAGE,
                        help_text=_("Months until the next visit of this kind, if any."),
                    ),
                ],
                heading=_("Referrals and recalls"),
                permission=MANAGE,
            ),
        ],
        base_form_class=ServiceForm,
    )


class PlanViewSet(SnippetViewSet):
    """Which insurance plans we take, and when somebody asked."""

    model = Plan
    icon = "clipboard-list"
    menu_label = _("Insurance plans")
    list_display: ClassVar[list[str]] = ["name", "kind", "is_accepted", "checked_on"]
    list_filter: ClassVar[list[str]] = ["is_accepted", "kind"]
    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_es")]),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("is_accepted"), FieldPanel("checked_on")]),
        FieldPanel("order"),
    ]


class PracticeGroup(SnippetViewSetGroup):
    """All of it together in Settings."""

    items = (
        PracticeViewSet,
        LocationViewSet,
        OpeningHoursViewSet,
        ClosureViewSet,
        CourtesyViewSet,
        AlertViewSet,
        StaffMemberViewSet,
        AwayDateViewSet,
        ProviderViewSet,
        ServiceViewSet,
        PlanViewSet,
    )
    menu_label = _("Practice")
    menu_name = "practice"
    menu_icon = "home"
    menu_order = 10
    add_to_admin_menu = False
    add_to_settings_menu = True


register_snippet(PracticeGroup)
