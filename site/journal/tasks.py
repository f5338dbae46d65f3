"""The worker's side of the journal."""

from celery import shared_task

from journal import reacting, sealing


@shared_task(name="journal.react")
def react(entry_id: str) -> None:
    """Run what reacts to one entry."""
    reacting.run_due(entry_id)


@shared_task(name="journal.sweep")
def sweep() -> None:
    """Run every reaction that is due: hints may be lost, rows are not."""
    while reacting.run_due() >= 500:
        pass


@shared_task(name="journal.seal")
def seal() -> None:
    """Seal what was finished since the last time."""
    sealing.seal()


@shared_task(name="journal.seal_late")
def seal_late() -> None:
    """Seal whatever came more than a day late, looking through the whole journal."""
    sealing.seal(everything=True)
