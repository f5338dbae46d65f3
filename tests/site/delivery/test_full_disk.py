"""A disk that is full when a worker begins: no letter leaves without a note of it, and nothing is left lying about."""

from __future__ import annotations

import errno
import os

import pytest

from delivery import actions, sending, spool
from delivery.models import Lease, Message
from tests.factories.delivery import audience, dispatch
from vault import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(monkeypatch):
    """Let the disk have room for no byte of a spool."""

    def write(_self, _lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(spool.Spool, "_write", write)
        yield patch


def open_files():
    return {
        os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if name.isdigit() and there(name)
    }


def there(name):
    return os.path.lexists(f"/proc/self/fd/{name}")


def test_a_file_that_cannot_be_begun_is_not_left_there(own_folders, full):
    with pytest.raises(OSError, match="No space"):
        spool.Spool(ids.uuid7(), is_repeatable=False)
    assert not list((own_folders / "spool").glob("*.*"))
    assert not [name for name in open_files() if ".new" in name]


@pytest.mark.both
def test_letters_wait_while_the_disk_is_full_and_leave_once(house, own_folders, full):
    audience(3)
    sent = actions.start(dispatch=dispatch(), by=None)
    assert sending.work() == 0
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert not Lease.objects.exists()
    sent.refresh_from_db()
    assert sent.state == "running"
    full.undo()
    assert sending.work() == 3
    assert not list((own_folders / "spool").glob("*.*"))
