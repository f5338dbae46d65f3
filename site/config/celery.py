"""The worker, and the one table of everything that repeats."""

import os
import time
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

LEFT_ALONE = 5.0  # seconds


class BrokerAway(ConnectionError):
    """The broker did not answer a moment ago, and is not asked again yet."""


class Goodword(Celery):
    """An application that leaves a broker alone for a moment once it did not answer.

    Every message is a hint that may be lost: a click that sends three of them must not wait for three timeouts.
    """

    away_until = float("-inf")

    def send_task(self, *args: Any, **options: Any) -> Any:
        """Send as Celery does.

        Raises:
            BrokerAway: when the broker did not answer within the last seconds.
        """
        if time.monotonic() < self.away_until:
            raise BrokerAway
        try:
            return super().send_task(*args, **options)
        except (OSError, OperationalError):
            self.away_until = time.monotonic() + LEFT_ALONE
            raise


app = Goodword("goodword")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # in every thread of the web server too, else hints go to a broker of Celery's own choice

app.conf.beat_schedule = {
    "referrals: erase friends who never answered": {"task": "referrals.expire", "schedule": 3600.0},
    "config: show that a worker lives": {"task": "config.alive", "schedule": 15.0},
    "config: let SQLite learn how its rows are spread": {
        "task": "config.take_stock",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "journal: announce what was left unannounced": {"task": "journal.sweep", "schedule": 10.0},
    "journal: seal what is finished": {"task": "journal.seal", "schedule": 300.0, "options": {"expires": 300}},
    "journal: seal what came late": {"task": "journal.seal_late", "schedule": 86400.0},
    "patients: compare new records with those that look alike": {
        "task": "patients.find_duplicates",
        "schedule": 120.0,
        "options": {"expires": 120},
    },
    "patients: erase the rest of records whose time is over": {"task": "patients.finish_erasures", "schedule": 3600.0},
    "delivery: take back what a dead worker held": {
        "task": "delivery.sweep",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "delivery: understand what was told of messages": {
        "task": "delivery.hear",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "delivery: forget who followed links yesterday": {"task": "delivery.tidy", "schedule": 3600.0},
    "content: draw the pictures of pages that changed": {
        "task": "content.draw_ahead",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "cases: check files left unchecked, forget unsent ones, let receipts lapse": {
        "task": "cases.tidy",
        "schedule": 300.0,
    },
    "accounts: forget sessions and drafts that are over": {"task": "accounts.tidy", "schedule": 3600.0},
    "patients: take files from the watched folder, go on with those under way": {
        "task": "patients.watch",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "patients: delete imported files after 30 days": {"task": "patients.tidy_imports", "schedule": 3600.0},
    "campaigns: remind of letters that wait for a yes": {
        "task": "campaigns.look_at_approvals",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "campaigns: start the letters whose time has come": {
        "task": "campaigns.send_due",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "campaigns: read the figures of two subjects": {
        "task": "campaigns.compare",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "offices: end invitations that ran out": {"task": "offices.expire_invitations", "schedule": 3600.0},
}
