"""The broker that is a folder: nobody reads half a message, and one that was spoilt stops nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from config.folder_broker import Channel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queue").mkdir()
    return tmp_path


@pytest.fixture
def channel(folder: Path) -> Iterator[Channel]:
    places = {"data_folder_in": str(folder / "queue"), "data_folder_out": str(folder / "queue")}
    options = {**places, "control_folder": str(folder / "control")}
    with Connection("filesystem://", transport="config.folder_broker:Transport", transport_options=options) as broker:
        yield broker.channel()


def test_the_app_speaks_to_a_folder_by_this_transport(tmp_path: Path) -> None:
    told = "from config.celery import app; print(type(app.connection_for_write().transport).__module__)"
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "BROKER_URL"}}
    done = subprocess.run(
        [sys.executable, "-c", told],
        env={**env, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "config.folder_broker"


def test_messages_come_in_the_order_in_which_they_were_put(channel: Channel) -> None:
    channel._put("work", {"body": "1"})
    assert channel._get("work") == {"body": "1"}
    with pytest.raises(Empty):
        channel._get("work")


def test_a_queue_takes_only_its_own(channel: Channel) -> None:
    channel._put("work", {"body": "1"})
    with pytest.raises(Empty):
        channel._get("rest")


def test_a_message_is_not_there_before_it_is_whole(
    channel: Channel, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    write = Path.write_bytes

    def looked_at(path: Path, data: bytes) -> int:
        written = write(path, data[: len(data) // 2])
        try:
            seen.append(channel._get("work"))
        except Empty:
            seen.append(None)
        return written + write(path, data)

    monkeypatch.setattr(Path, "write_bytes", looked_at)
    channel._put("work", {"body": "1"})
    assert seen == [None]
    assert channel._get("work") == {"body": "1"}


@pytest.mark.parametrize("spoilt", [b"", b'{"body": "', b"\x00\x00"])
def test_a_spoilt_message_is_let_go_and_the_next_one_comes(channel: Channel, folder: Path, spoilt: bytes) -> None:
    (folder / "queue" / "0_spoilt.work.msg").write_bytes(spoilt)
    channel._put("work", {"body": "1"})
    assert channel._get("work") == {"body": "1"}
    assert not list((folder / "queue").iterdir())


def test_a_folder_that_cannot_be_written_is_said(channel: Channel, folder: Path) -> None:
    (folder / "queue").rmdir()
    with pytest.raises(ChannelError, match="could not be written"):
        channel._put("work", {"body": "1"})


def test_two_writers_and_a_reader_lose_nothing(channel: Channel) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 100):
            channel._put("work", {"body": number})

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    found: list[int] = []
    while any(writer.is_alive() for writer in writers):
        found += _taken(channel)
    found += _taken(channel)
    assert sorted(found) == list(range(200))


def _taken(channel: Channel) -> list[int]:
    taken = []
    while True:
        try:
            taken.append(channel._get("work")["body"])
        except Empty:
            return taken
