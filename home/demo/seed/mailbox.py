"""The newest letter as it lies in Margaret's mailbox, so that the mail viewer is not empty on the first morning."""

from __future__ import annotations

import re
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings

from delivery import links, merging, outbox, rendering
from delivery.envelope import Compiled, Letter, Marks, Recipient
from delivery.models import Dispatch
from delivery.states import MessageState
from patients.models import Patient


def keep_letter(dispatch: Dispatch, patient: Patient) -> None:
    """Write one letter of a past dispatch into the outbox, with links that work.

    Args:
        dispatch: a letter that has gone out.
        patient: whose copy; nothing is written where they did not get it.
    """
    message = dispatch.messages.filter(reader=patient.reader, state=MessageState.ACCEPTED).first()
    if message is None:
        return
    readers = (patient.reader,)
    compiled = Compiled(
        Letter.from_json(dispatch.letter_in(message.variant)), rendering.sender(), Marks(list_name="letters")
    )
    way_out = links.of(message, set(compiled.tags) | {"unsubscribe_url"})
    values = merging.words() | {"first_name": merging.greeting(readers, message.language)} | way_out
    data = compiled.splice(
        Recipient(message.address, merging.full_name(readers), message.message_id, values, way_out["unsubscribe_url"])
    )
    date = format_datetime(message.queued_at).encode()
    folder = Path(settings.OUTBOX_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / outbox.file_name(message.message_id)
    path.write_bytes(re.sub(rb"(?m)^Date: [^\r]*", b"Date: " + date, data, count=1))
