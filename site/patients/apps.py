"""The Django app of this room."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Patients and readers."""

    name = "patients"
    label = "patients"
    verbose_name = "Patients and readers"
    default_auto_field = "django.db.models.BigAutoField"
