"""`manage.py run` prepares with care, announces, keeps its children alive, and leaves none behind."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from pytest_django import Settings

from config.running import announcing, preparing, supervising
from config.running.supervising import Child, Supervisor
from home.demo.cast import PERSONS
from practice.models import Practice

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, flush=True); time.sleep(60)"
)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def soon(holds: Callable[[], object], seconds: float = 10) -> bool:
    """Return whether something comes to hold within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_used_port_is_told_in_one_line() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use") as refused:
            preparing.demand_free_port(port)
    assert "\n" not in str(refused.value)
    preparing.demand_free_port(port)


@pytest.mark.django_db
@pytest.mark.both
class TestTheDatabase:
    """In the demo only the demo's own database is served."""

    def test_a_real_practice_is_refused(self, practice: Practice, settings: Settings) -> None:
        settings.DEMO = True
        with pytest.raises(CommandError, match="did not make"):
            preparing.demand_demo_database()

    def test_the_demos_own_is_served(self, practice: Practice, settings: Settings) -> None:
        settings.DEMO = True
        Practice.objects.update(is_demo=True)
        preparing.demand_demo_database()

    def test_an_empty_one_is_served(self, settings: Settings) -> None:
        settings.DEMO = True
        preparing.demand_demo_database()

    def test_without_demo_nothing_is_asked(self, practice: Practice) -> None:
        preparing.demand_demo_database()

    def test_one_that_is_up_to_date_is_not_touched(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(preparing, "waiting_migrations", lambda: 0)
        monkeypatch.setattr(preparing, "call_command", pytest.fail)
        preparing.bring_database_up(pytest.fail)

    def test_an_older_one_is_backed_up_before_it_is_migrated(
        self, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
    ) -> None:
        old = tmp_path / "goodword.sqlite3"
        with closing(sqlite3.connect(old)) as file, file:
            file.execute("CREATE TABLE kept (word TEXT)")
            file.execute("INSERT INTO kept VALUES ('here')")
        said: list[str] = []
        done: list[str] = []
        settings.VAR = tmp_path
        monkeypatch.setattr(preparing, "waiting_migrations", lambda: 2)
        monkeypatch.setattr(preparing, "call_command", lambda name, **options: done.append(name))
        monkeypatch.setattr(type(settings.ENV), "is_embedded", True)
        monkeypatch.setitem(connection.settings_dict, "NAME", str(old))
        preparing.bring_database_up(said.append)
        [copy] = (tmp_path / "backups").iterdir()
        with closing(sqlite3.connect(copy)) as file:
            assert file.execute("SELECT word FROM kept").fetchone() == ("here",)
        assert copy.stat().st_mode & 0o777 == 0o600
        assert done == ["migrate"]
        assert str(copy) in said[0]


def test_the_log_of_the_last_run_is_kept_beside_the_new_one(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    preparing.logs_folder().mkdir()
    preparing.fresh_log("web").write_text("old")
    assert preparing.fresh_log("web") == tmp_path / "log" / "web.log"
    assert (tmp_path / "log" / "web.log.before").read_text() == "old"


class TestTheWelcome:
    """What `run` prints."""

    def test_it_has_a_link_for_each_person(self, settings: Settings) -> None:
        settings.DEMO = True
        said = announcing.welcome(8123)
        for role, person in PERSONS.items():
            assert f"http://127.0.0.1:8123/demo/as/{role}/" in said
            assert person.name in said
        assert "http://127.0.0.1:8123/demo/outbox/" in said

    def test_without_demo_it_signs_nobody_in(self, settings: Settings) -> None:
        settings.DEMO = False
        assert "/demo/" not in announcing.welcome(8123)

    def test_where_mail_goes_is_told_without_its_password(self) -> None:
        said = announcing.mail_goes_to("smtp://user:secret@mail.example.org:587?tls=starttls")
        assert said == "smtp://mail.example.org:587"

    def test_a_server_that_never_answers_is_waited_for_no_longer_than_wanted(self) -> None:
        with closing(socket.socket()) as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        assert not announcing.wait_for(port, seconds=0.2, is_wanted=lambda: True)
        assert not announcing.wait_for(port, seconds=60, is_wanted=lambda: False)


def test_the_server_listens_on_this_machine_only() -> None:
    command = supervising.server_command(8123)
    assert command[command.index("--host") + 1] == "127.0.0.1"


def test_a_child_finds_our_ground_floor() -> None:
    path = supervising.environment(PORT="1")["PYTHONPATH"].split(os.pathsep)
    assert Path(path[0]).name == "site"


class TestChildren:
    """Processes in sessions of their own."""

    def test_a_dead_child_starts_again_with_longer_and_longer_pauses(self) -> None:
        child = Child("sleeper", SLEEPER)
        child.start()
        try:
            for pause in (1, 2, 4):
                assert child.process
                child.process.kill()
                child.process.wait()
                now = time.monotonic()
                assert f"in {pause} s" in child.look_after(now)
                assert child.look_after(now + pause - 0.5) == ""
                assert not child.is_alive
                child.look_after(now + pause)
                assert child.is_alive
        finally:
            child.kill()

    def test_one_that_lived_long_is_forgiven(self) -> None:
        child = Child("sleeper", SLEEPER)
        child.start()
        assert child.process
        child.deaths, child.started_at = 5, time.monotonic() - 100
        child.kill()
        assert "in 1 s" in child.look_after(time.monotonic())

    def test_its_grandchildren_do_not_outlive_it(self, tmp_path: Path) -> None:
        child = Child("parent", [sys.executable, "-c", PARENT], log=tmp_path / "log")
        child.start()
        assert soon(lambda: child.last_words().strip())
        grandchild = int(child.last_words())
        assert is_alive(grandchild)
        child.kill()
        assert soon(lambda: not is_alive(grandchild))

    def test_its_last_words_are_kept(self, tmp_path: Path) -> None:
        child = Child("speaker", [sys.executable, "-c", "print('one\\ntwo\\nthree')"], log=tmp_path / "log")
        child.start()
        assert child.process
        child.process.wait()
        assert child.last_words(2) == "two\nthree"
        assert Child("silent", SLEEPER).last_words() == ""

    def test_a_stubborn_child_is_killed_in_the_end(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
        child = Child("deaf", [sys.executable, "-c", deaf], log=tmp_path / "log")
        monkeypatch.setattr(supervising, "PATIENCE", 0.3)
        child.start()
        assert soon(lambda: "up" in child.last_words())
        Supervisor([child], lambda line: None).stop()
        assert not child.is_alive


SUPERVISED = """
import sys
sys.path[:0] = {path!r}
import django
django.setup()
from config.running.supervising import Child, Supervisor
children = [Child(name, [sys.executable, "-c", "import time; time.sleep(60)"]) for name in ("one", "two")]
supervisor = Supervisor(children, lambda line: print(line, flush=True))
supervisor.start()
print(*(child.process.pid for child in children), flush=True)
supervisor.watch()
supervisor.stop()
print("ended", flush=True)
"""


@pytest.fixture
def supervised(settings: Settings) -> Any:
    """Return a running supervisor with two children, and their numbers."""
    root = Path(settings.BASE_DIR)
    script = SUPERVISED.format(path=[str(root / "site"), str(root)])
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    pids = [int(pid) for pid in process.stdout.readline().split()]
    yield process, pids
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_child(supervised: Any, number: int) -> None:
    process, pids = supervised
    assert len(pids) == 2
    process.send_signal(number)
    assert process.wait(20) == 0
    assert soon(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_a_killed_supervisor_leaves_no_child_behind(supervised: Any) -> None:
    process, pids = supervised
    process.kill()
    process.wait()
    assert soon(lambda: not any(is_alive(pid) for pid in pids))


def test_a_child_that_dies_is_brought_back(supervised: Any) -> None:
    process, pids = supervised
    os.kill(pids[0], signal.SIGKILL)
    assert "one ended unexpectedly" in process.stdout.readline()
    assert is_alive(pids[1])


def test_a_changed_source_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "home").mkdir()
    assert supervising.newest_source() == 0
    (tmp_path / "home" / "views.py").write_text("")
    assert supervising.newest_source() > 0
    (tmp_path / "home" / "notes.log").write_text("")
    os.utime(tmp_path / "home" / "notes.log", (4e9, 4e9))
    assert supervising.newest_source() < 4e9
