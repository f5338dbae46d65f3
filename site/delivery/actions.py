"""What people and other parts do here: send one, open a dispatch, start it, hold it, end it, try it on oneself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from content import merge
from delivery import freezing, headers, hints, ledger, links, merging, rendering
from delivery.audiences import Asked
from delivery.clicks.letters import counted
from delivery.envelope import Letter
from delivery.models import Dispatch, Message
from delivery.states import SENDING, DispatchState
from delivery.steps import moved, run_when_whole
from delivery.ways import Ways
from journal.recording import Named, record
from patients import topics
from patients.addresses import address_hash, normal_address
from patients.models import Channel, Purpose, Reader, ReaderQuerySet
from patients.policy import Contactable


class Impossible(ValueError):
    """The table of states does not lead from where this stands to where somebody wants it."""


@transaction.atomic
def send_one(
    *,
    name: str,
    to: str,
    occasion: str,
    context: Mapping[str, Any] | None = None,
    reader: Reader | None = None,
    purpose: str = Purpose.TRANSACTIONAL,
    topic: str = "",
    by: Named | str | None = None,
    language: str = "en",
) -> Message:
    """Queue one message of our own, rendered now from templates/messages/<name>/.

    Args:
        name: the folder of its templates.
        to: an address, or `Name <address>`.
        occasion: what it is sent for, as a journal entry's id; the same occasion and address get one message, ever.
        context: what the templates ask for.
        reader: for whom, where they are known; then their life's end stops it.
        purpose: why we write.
        topic: about what, of patients.topics, where one may decline that.
        by: who caused it; kept by whoever records the occasion.
        language: of the templates.

    Returns:
        The message; the one that stands when the occasion was served before. The worker sends it after commit.
    """
    letter = rendering.render(name, context, language=language)
    return put(letter, to=to, occasion=f"{name}:{occasion}", reader=reader, purpose=purpose, topic=topic)


@transaction.atomic
def put(
    letter: Letter,
    *,
    to: str,
    occasion: str,
    reader: Reader | None = None,
    purpose: str = Purpose.TRANSACTIONAL,
    topic: str = "",
    is_test: bool = False,
    message: Message | None = None,
) -> Message:
    """Queue one finished letter (no slots in it) to one address; single for its occasion and address.

    Args:
        letter: as it will be read.
        to: an address, or `Name <address>`.
        topic: about what, of patients.topics.
        message: made before, where the letter holds its links.
    """
    person, address = headers.mailbox_parts(to)
    address = normal_address(Channel.EMAIL, address)
    digest = address_hash(Channel.EMAIL, address)
    standing = Message.objects.filter(dispatch=None, occasion=occasion, address_hash=digest).first()
    if standing:
        return standing
    message = message or Message()
    message.purpose, message.occasion, message.is_test = purpose, occasion, is_test
    message.topic = topics.named(topic).name if topic else ""
    message.reader, message.language = reader, letter.language
    message.address, message.address_hash = address, digest
    message.message_id = ledger.message_id(occasion, digest, rendering.sender().domain)
    message.content = json.dumps({"to_name": person or (str(reader) if reader else ""), **letter.as_json()})
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.get(dispatch=None, occasion=occasion, address_hash=digest)
    hints.work_waits()
    return message


@transaction.atomic
def send_test(*, letter: Letter, to: str, by: Named | str | None) -> Message:
    """Send a letter to oneself, marked "[Test]": its links work and record nothing.

    Args:
        letter: with its slots, filled as for a reader of whom nothing is known.
        to: an address, or `Name <address>`; the name's first word greets.
    """
    message = Message()
    person, _address = headers.mailbox_parts(to)
    values = merging.words(person.split(" ")[0]) | links.of(message, merge.LINK_TAGS)
    html = {tag: escape(value) for tag, value in values.items()}
    filled = Letter(
        subject=_("[Test] %(subject)s") % {"subject": merge.fill(letter.subject, values)},
        html=merge.fill(letter.html, html),
        text=merge.fill(letter.text, values),
        sender_name=letter.sender_name,
        language=letter.language,
    )
    occasion = f"test:{uuid.uuid4()}"
    return put(filled, to=to, occasion=occasion, purpose=Purpose.OWN_SERVICES, is_test=True, message=message)


@transaction.atomic
def open_dispatch(
    *,
    occasion: str,
    purpose: str,
    readers: ReaderQuerySet | Contactable,
    letter: Letter,
    by: Named | str | None,
    topic: str = "",
    audience: str = "",
    is_correction: bool = False,
    ways: Ways | None = None,
    written: Callable[[str], Letter] | None = None,
    question: Mapping[str, Any] | None = None,
    arm_size: int = 0,
) -> Dispatch:
    """Freeze an audience: one row per address, from this moment's answer to `readers`; of many, the first rows now.

    What is left is written by workers, once it was started (`delivery.freezing`); they ask `delivery.audiences`.

    Args:
        occasion: what it is sent for, as "campaign:CA-7K2M"; the same occasion is one dispatch, ever.
        purpose: why we write; consent for it is asked again when each row is claimed.
        readers: the audience as a question; readers without an address on the channel get no row.
        letter: with its merge slots; for whoever meets no rule and reads its own language.
        by: who sends.
        topic: about what, of patients.topics; who declined it is left out.
        audience: whom it is for, in words that each of them may read: nothing of their health.
        is_correction: whether it is a part of a letter that its readers got: then no cap and no wish for less holds
            it back.
        ways: in what other ways it is written; None for none.
        written: returns the letter of a way by its name; asked once for each that occurs.
        question: what whoever answers for this occasion needs to ask the same again; forgotten when the audience is
            whole.
        arm_size: of each of two arms that get it first, as `arms.sized`; everybody else waits for `arms.let_go`.

    Returns:
        The dispatch, ready to be started; the one that stands when the occasion has one.
    """
    standing = Dispatch.objects.filter(occasion=occasion).first()
    if standing:
        return standing
    dispatch = Dispatch(
        occasion=occasion,
        purpose=purpose,
        topic=topics.named(topic).name if topic else "",
        audience=audience[:200],
        is_correction=is_correction,
        letter=letter.as_json(),
        arm_size=arm_size,
        holds_rest=bool(arm_size),
    )
    try:
        with transaction.atomic():
            dispatch.save(force_insert=True)
    except IntegrityError:
        return Dispatch.objects.get(occasion=occasion)
    dispatch.letter = counted(dispatch, letter).as_json()
    dispatch.save(update_fields=["letter"])
    record("dispatch.opened", subject=dispatch, by=by, occasion=occasion)
    freezing.begin(dispatch, Asked(readers, ways or Ways(), written), question)
    return dispatch


@transaction.atomic
def start(*, dispatch: Dispatch, by: Named | str | None) -> Dispatch:
    """Begin sending; fifty clicks begin once.

    Raises:
        Impossible: when it was canceled.
    """
    now = timezone.now()
    if moved(dispatch, "start", {"started_at": now}):
        record("dispatch.started", subject=dispatch, by=by)
        run_when_whole(dispatch)
        hints.work_waits()
    return _arrived(dispatch, *SENDING, DispatchState.PAUSED, DispatchState.ATTENTION, DispatchState.FINISHED)


@transaction.atomic
def pause(*, dispatch: Dispatch, by: Named | str | None) -> Dispatch:
    """Hold it: a worker stops at its next checkpoint, at most 100 messages or a second away.

    Raises:
        Impossible: when it is not being sent.
    """
    if moved(dispatch, "pause"):
        record("dispatch.paused", subject=dispatch, by=by)
    return _arrived(dispatch, DispatchState.PAUSED)


@transaction.atomic
def resume(*, dispatch: Dispatch, by: Named | str | None) -> Dispatch:
    """Go on after a pause, or after somebody looked at what held it.

    Raises:
        Impossible: when it never was started, or is canceled.
    """
    if moved(dispatch, "resume", {"trouble": ""}):
        record("dispatch.resumed", subject=dispatch, by=by)
        run_when_whole(dispatch)
        hints.work_waits()
    return _arrived(dispatch, *SENDING, DispatchState.FINISHED)


def keep_hours(*, dispatch: Dispatch, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Let letters leave between two moments only, or at any time; outside a worker rests, and nobody has paused it.

    Args:
        opens_at: an aware moment; both are None where letters leave around the clock.
        closes_at: later than `opens_at`; whoever owns the dispatch tells the next hours then.
    """
    if (dispatch.opens_at, dispatch.closes_at) != (opens_at, closes_at):
        Dispatch.objects.filter(pk=dispatch.pk).update(opens_at=opens_at, closes_at=closes_at)
        dispatch.opens_at, dispatch.closes_at = opens_at, closes_at
        hints.work_waits()


@transaction.atomic
def cancel(*, dispatch: Dispatch, by: Named | str | None) -> Dispatch:
    """End it for everybody who has not got it yet; what left has left.

    Raises:
        Impossible: when it is finished.
    """
    if moved(dispatch, "cancel", {"ended_at": timezone.now(), "trouble": ""}):
        stopped = ledger.leave_out_cancelled()
        record("dispatch.cancelled", subject=dispatch, by=by, messages=stopped)
    return _arrived(dispatch, DispatchState.CANCELLED)


def _arrived(dispatch: Dispatch, *states: str) -> Dispatch:
    dispatch.refresh_from_db()
    if dispatch.state not in states:
        raise Impossible(f"{dispatch.ref} is {dispatch.state}.")
    return dispatch
