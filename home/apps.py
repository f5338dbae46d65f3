"""The Django app of this room."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Front door."""

    name = "home"
    label = "home"
    verbose_name = "Front door"
    default_auto_field = "django.db.models.BigAutoField"
