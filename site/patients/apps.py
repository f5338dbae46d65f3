"""The Django app of this room."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Patients and readers."""

    name = "patients"
    label = "patients"
    verbose_name = "Patients and readers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter what segments may ask, what this room keeps of a patient, and the words of its verbs."""
        from patients import keepers, reactions, words  # noqa: F401 (they register themselves)
        from patients.segments import questions

        questions.enter()
        words.speak()
