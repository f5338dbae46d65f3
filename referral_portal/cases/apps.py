"""The Django app of this room."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "referral_portal.cases"
    label = "cases"
    verbose_name = "Cases"
    default_auto_field = "django.db.models.BigAutoField"
