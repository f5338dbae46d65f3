"""The static files as production serves them: under names that may be kept for ever, our own packed small."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from whitenoise.compress import Compressor

MANIFEST = "staticfiles.json"


def finish() -> None:
    """Collect every static file under the hash of what is in it, and pack those that visitors load.

    The admin's hundreds of files stay unpacked: that would take ten seconds at each start, on a machine that has
    nobody but itself to send them to.
    """
    storage = ManifestStaticFilesStorage()
    command = Command()
    command.storage = storage
    call_command(command, interactive=False, verbosity=0)
    pack = Compressor(quiet=True)
    for folder in settings.STATICFILES_DIRS:
        for source in sorted(Path(folder).rglob("*")):
            name = source.relative_to(folder).as_posix()
            if source.is_file() and pack.should_compress(name):
                list(pack.compress(storage.path(storage.stored_name(name))))


def unfinish() -> None:
    """Serve the sources themselves, for who works on them."""
    (settings.STATIC_ROOT / MANIFEST).unlink(missing_ok=True)
