"""Run Goodword on this machine: the web server and the worker, prepared and looked after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.running import announcing, finishing, preparing, supervising
from config.running.preparing import fresh_log


class Command(BaseCommand):
    """Prepare what is missing, start server and worker on 127.0.0.1, keep them alive until Ctrl-C."""

    help = "Run Goodword on this machine; with DEMO=1 a living demo, seeded the first time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --reload for work on the sources."""
        parser.add_argument("--reload", action="store_true", help="Start again when a source changes.")

    def handle(self, *args: Any, reload: bool = False, **options: Any) -> None:
        """Prepare, start, announce, watch, stop."""
        port = settings.ENV.port
        preparing.demand_free_port(port)
        preparing.prepare(self.say)
        finishing.unfinish() if reload or settings.DEBUG else finishing.finish()
        connections.close_all()
        children = [
            supervising.Child("web server", supervising.server_command(port), log=None if reload else fresh_log("web")),
            supervising.Child("worker", supervising.worker_command(), log=None if reload else fresh_log("worker")),
        ]
        supervisor = supervising.Supervisor(children, self.say)
        supervisor.start()
        try:
            server = children[0]
            is_up = announcing.wait_for(port, seconds=60, is_wanted=lambda: server.is_alive and not supervisor.signals)
            if not is_up and not supervisor.signals:
                raise CommandError(f"The web server does not answer. Its last words:\n{server.last_words()}")
            if is_up:
                self.say(announcing.welcome(port))
            supervisor.watch(reload=reload)
        finally:
            self.say("Stopping …")
            supervisor.stop()

    def say(self, line: str) -> None:
        """Print one line at once."""
        self.stdout.write(line)
        self.stdout.flush()
