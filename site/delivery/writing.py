"""From a row of the ledger to the bytes that leave: what a worker has compiled, and what each reader's slots hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from delivery import discretion, headers, links, merging, rendering
from delivery.channels.base import Mail
from delivery.envelope import Compiled, Letter, Marks, Recipient, Sender
from delivery.models import Dispatch, Message
from delivery.rows import Row
from patients.models import Reader

UNSUBSCRIBE = frozenset({"unsubscribe_url"})


class Writing:
    """What one worker writes of one dispatch, or of the single messages; what is compiled is compiled once.

    Raises:
        headers.OddAddress: where our own address is odd: nobody else is to blame.
    """

    def __init__(self, dispatch: Dispatch | None) -> None:
        self.dispatch = dispatch
        self.sender = rendering.sender()
        self.sent_from = headers.envelope_address(self.sender.address)
        self.words = merging.practice_words() if dispatch else {}
        self.letters = {"": Letter.from_json(dispatch.letter)} if dispatch else {}
        self.contents: dict[UUID, str] = {}
        self.compiled: dict[tuple[str, bool], Compiled] = {}
        if dispatch is not None:
            self.in_this_way("", is_discreet=False)

    def read(self, rows: list[Row]) -> None:
        """Read what a batch needs in one question: the other ways of the letter, or what each single message says."""
        if self.dispatch is None:
            singles = Message.objects.filter(pk__in=[row.pk for row in rows]).only("content")
            self.contents = {message.pk: message.content or "" for message in singles}
        elif others := {row.variant for row in rows} - self.letters.keys():
            found = self.dispatch.variants.filter(name__in=others).values_list("name", "letter")
            self.letters |= {name: Letter.from_json(kept) for name, kept in found}

    def mail(self, row: Row, readers: tuple[Reader, ...]) -> Mail:
        """Return one message as it leaves.

        Raises:
            headers.OddAddress: when its address cannot be written to.
        """
        address = headers.envelope_address(row.address)
        data = self.built(row, address, readers)
        return Mail(row.pk, self.sent_from, address, row.message_id, data, is_dotless=True)

    def built(self, row: Row, address: str, readers: tuple[Reader, ...]) -> bytes:
        """Return the bytes of one message."""
        is_discreet = any(reader.is_discreet for reader in readers)
        if self.dispatch is None:
            return _built_single(row, self.contents[row.pk], self.sender, is_discreet=is_discreet)
        compiled = self.in_this_way(row.variant, is_discreet=is_discreet)
        values = links.of(row, compiled.tags | UNSUBSCRIBE)
        values["first_name"] = merging.greeting(readers, row.language)
        return compiled.splice(_recipient(row, address, self.sender, merging.full_name(readers), values))

    def in_this_way(self, way: str, *, is_discreet: bool) -> Compiled:
        """Return the letter compiled in one of its ways, under the practice's name or its discreet one; each once."""
        if (way, is_discreet) not in self.compiled:
            assert self.dispatch is not None
            letter = self.letters[way]
            written = discretion.discreet(letter) if is_discreet else letter
            self.compiled[way, is_discreet] = _compiled_letter(written, self.dispatch, self.sender, self.words)
        return self.compiled[way, is_discreet]


def _compiled_letter(letter: Letter, dispatch: Dispatch, sender: Sender, words: Mapping[str, str]) -> Compiled:
    feedback_id = f"{dispatch.ref}:{dispatch.purpose}:{dispatch.channel}:{sender.domain.replace('.', '-')}"
    return Compiled(letter, sender, Marks(list_name="letters", feedback_id=feedback_id), words=words)


def _built_single(row: Row, content: str, sender: Sender, *, is_discreet: bool) -> bytes:
    kept = json.loads(content or "{}")
    marks = Marks(list_name="letters" if row.is_letter else "", is_automatic=not row.is_letter)
    values = links.of(row, UNSUBSCRIBE) if row.is_letter else {}
    recipient = _recipient(row, row.address, sender, kept.pop("to_name", ""), values)
    letter = Letter.from_json(kept)
    written = discretion.discreet(letter) if is_discreet else letter
    return Compiled(written, sender, marks, has_slots=False).splice(recipient)


def _recipient(row: Row, address: str, sender: Sender, name: str, values: dict[str, str]) -> Recipient:
    way_out = values.get("unsubscribe_url", "")
    mail = f"{sender.reply_to or sender.address}?subject=unsubscribe%20{row.ref}" if way_out else ""
    return Recipient(address, name, row.message_id, values, way_out, mail)
