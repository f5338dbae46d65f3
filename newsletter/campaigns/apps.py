"""The Django app of this room."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Campaigns."""

    name = "newsletter.campaigns"
    label = "campaigns"
    verbose_name = "Campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter this room's words and reactions, what segments may ask about letters, and whom letters are for."""
        from newsletter.campaigns import asking_again, criteria, reactions, words  # noqa: F401  these register themselves

        criteria.enter()
        asking_again.answer()
