"""The Django app of this room."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Delivery."""

    name = "delivery"
    label = "delivery"
    verbose_name = "Delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter our words into the timelines, and what follows from the news."""
        from delivery import booking, keeping, reactions, words  # noqa: F401

        booking.enter()
