"""An erasure reaches the files: mails in the outbox go, and neither ledger nor spool repeats an address."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings

from accounts.models import User
from delivery import actions, ledger, outbox, sending
from delivery.channels.base import Answered, Mail, Notes, Result, nameless
from delivery.channels.outbox import Outbox
from delivery.models import Message
from delivery.spool import Spool, left_behind
from delivery.states import MessageState
from patients import erasing
from patients.models import ContactPoint, Patient, Reader
from practice.models import Practice
from tests.factories import people
from tests.factories.delivery import dispatch, letter
from tests.factories.patients import PatientFactory, letter_reader

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WORD = "heronword"
ADDRESS = f"{WORD}@readers.example"


def said_in_files() -> list[str]:
    """Return the files of this test in which the word stands, encoded or not."""
    roots = [Path(root) for root in (settings.OUTBOX_ROOT, settings.SPOOL_ROOT, settings.PRIVATE_ROOT)]
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if WORD in (path.name + opened(path.read_bytes())).lower()]


def opened(data: bytes) -> str:
    parts = [part.get_payload(decode=True) for part in message_from_bytes(data).walk()]
    return data.decode(errors="replace") + "".join(
        part.decode(errors="replace") for part in parts if isinstance(part, bytes)
    )


def said_in_tables() -> set[str]:
    """Return the columns of the database in which the word stands, sealed ones opened."""
    return {
        f"{model._meta.label}.{column}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.all()
        for column, value in people.opened(row).items()
        if WORD in str(value).lower()
    }


@pytest.fixture
def heron(house: Practice) -> Patient:
    reader = letter_reader(kind=Reader.Kind.PATIENT, given_name=f"{WORD}given", family_name=WORD, email=ADDRESS)
    return PatientFactory.create(reader=reader)


def erase(patient: Patient, by: User) -> None:
    erasing.erase(patient=Patient.objects.get(pk=patient.pk), reason="asked", by=by)


def test_their_mails_go_and_those_of_others_stay(heron: Patient, okafor: User) -> None:
    other = letter_reader(given_name="Teo", email="teo@readers.example")
    actions.put(letter(), to=ADDRESS, occasion="a", reader=heron.reader)
    actions.put(letter(), to=ADDRESS, occasion="before they were known", reader=None)
    actions.put(letter(), to="teo@readers.example", occasion="b", reader=other)
    actions.start(dispatch=dispatch(), by=None)
    sending.work()
    assert len(said_in_files()) == 3
    erase(heron, okafor)
    assert said_in_files() == []
    assert said_in_tables() == set()
    assert outbox.count(to="teo@readers.example") == 2


def test_a_shared_mailboxs_mails_go_and_its_other_reader_keeps_their_lines(heron: Patient, okafor: User) -> None:
    teo = letter_reader(given_name="Teo", email="")
    ContactPoint.objects.create(reader=teo, channel="email", address=ADDRESS)
    actions.put(letter(), to=ADDRESS, occasion="theirs", reader=teo)
    actions.put(letter(), to=ADDRESS, occasion="hers", reader=heron.reader)
    actions.put(letter(), to=ADDRESS, occasion="nobody's", reader=None)
    sending.work()
    erase(heron, okafor)
    assert said_in_files() == []
    kept = dict(Message.objects.values_list("occasion", "address"))
    assert kept == {"theirs": ADDRESS, "hers": "", "nobody's": ADDRESS}


def test_a_servers_words_that_name_them_go_and_the_sums_stay(heron: Patient, okafor: User) -> None:
    ends = {"failed": f"550 <{ADDRESS}> unknown", "unknown": f"{WORD} hung up", "skipped": "capped"}
    for state, reason in ends.items():
        row = people.message(heron.reader, ADDRESS)
        Message.objects.filter(pk=row.pk).update(state=state, reason=reason, next_try_at=None, settled_at=row.queued_at)
    erase(heron, okafor)
    assert said_in_tables() == set()
    assert dict(Message.objects.values_list("state", "reason")) == {
        "failed": "erased",
        "unknown": "",
        "skipped": "capped",
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (f"550 <{ADDRESS.upper()}>: no such mailbox", "550 <…>: no such mailbox"),
        (f"550 User {WORD} unknown", "550 User … unknown"),
        (f"550 {WORD}s and others are no match", f"550 {WORD}s and others are no match"),
        ("452 Mailbox full", "452 Mailbox full"),
        (f"{'x' * 150} {ADDRESS}", f"{'x' * 150} …"),
        (f"{'x' * 400} {ADDRESS}", "x" * 160),
    ],
)
def test_a_servers_words_are_kept_without_the_address(words: str, told: str) -> None:
    assert nameless(words, ADDRESS) == told


def test_a_short_mailbox_does_not_eat_the_words() -> None:
    assert nameless("550 no mailbox no@readers.example", "no@readers.example") == "550 no mailbox …"


def test_what_a_dead_worker_left_tells_no_address(
    heron: Patient, okafor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.put(letter(), to=ADDRESS, occasion="a", reader=heron.reader)
    answers = []

    def refuse(self: Outbox, mails: Iterator[Mail], notes: Notes) -> Iterator[Answered]:
        for mail in mails:
            notes.intend(mail.key)
            yield mail, Result(MessageState.FAILED, f"550 <{mail.recipient}> has no mailbox")

    def die(self: Spool, pk: object, result: Result) -> None:
        answers.append(result)
        written(self, pk, result)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    written = Spool.answer
    monkeypatch.setattr("delivery.channels.outbox.Outbox.send", refuse)
    monkeypatch.setattr(Spool, "answer", die)
    with pytest.raises(KeyboardInterrupt):
        sending.work()
    assert answers == [Result(MessageState.FAILED, "550 <…> has no mailbox")]
    assert said_in_files() == []
    erase(heron, okafor)
    assert said_in_tables() == set()


def test_a_spool_names_rows_and_nobody(heron: Patient) -> None:
    row = people.message(heron.reader, ADDRESS)
    lease = uuid4()
    held = ledger.claim(None, lease_id=lease, worker="one")
    assert held is not None
    note = Spool(lease, is_repeatable=False)
    note.intend(row.pk)
    note.close()
    assert said_in_files() == []
    assert [found.intents for found in left_behind()] == [{row.pk}]


def test_erasing_twice_over_missing_files_is_calm(heron: Patient, okafor: User) -> None:
    actions.put(letter(), to=ADDRESS, occasion="a", reader=heron.reader)
    sending.work()
    for path in Path(settings.OUTBOX_ROOT).glob("*.eml"):
        path.unlink()
    erase(heron, okafor)
    assert said_in_files() == []
