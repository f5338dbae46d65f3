"""How much somebody got lately: the practice's cap for one address, and what its readers want at most themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from delivery.models import Message
from delivery.states import MessageState
from patients import topics
from patients.models import AtMost, Purpose
from patients.policy import Known
from practice.courtesy import WINDOW, Courtesy

MONTHS = {AtMost.MONTH: 1, AtMost.QUARTER: 3}
OTHERS_FIRST = timedelta(minutes=1)
ABOUT_VISITS = [topic.name for topic in topics.TOPICS.values() if topic.is_about_visits]


def since(at_most: str, today: date) -> date:
    """Return the first day of the calendar months in which one letter may come."""
    year, month = divmod(today.year * 12 + today.month - MONTHS[AtMost(at_most)], 12)
    return date(year, month + 1, 1)


class Pace:
    """What left lately for some addresses: three questions at most, however many addresses there are.

    Args:
        addresses: their hashes.
        known: their readers.
        courtesy: the practice's manners.
        leases: whose rows are asked about; what others hold just now counts, too.
    """

    def __init__(
        self, addresses: Iterable[str], known: Known, courtesy: Courtesy, *, leases: Collection[UUID] = ()
    ) -> None:
        hashes = set(addresses)
        self.known, self.most = known, courtesy.most_letters
        self.now = timezone.now()
        left = Message.objects.letters_that_left(self.now - WINDOW).filter(address_hash__in=hashes)
        self.left: Counter[str] = Counter(dict(left.values_list("address_hash").annotate(Count("pk"))))
        held = Message.objects.filter(
            lease__isnull=False, state=MessageState.CLAIMED, is_test=False, address_hash__in=hashes
        ).exclude(purpose=Purpose.TRANSACTIONAL)
        self.held: Counter[str] = Counter(
            held.exclude(lease__in=leases).order_by().values_list("address_hash", flat=True) if hashes else ()
        )
        self.got = self._letters_of_those_with_a_wish(hashes)

    def _letters_of_those_with_a_wish(self, hashes: set[str]) -> dict[int, list[datetime]]:
        wishing = {pk for pk, reader in self.known.readers.items() if reader.at_most in MONTHS}
        theirs: dict[str, set[int]] = defaultdict(set)
        for (pk, _channel), digest in self.known.addresses.items():
            if pk in wishing and digest in hashes:
                theirs[digest].add(pk)
        got: dict[int, list[datetime]] = defaultdict(list)
        if theirs:
            begins = datetime.combine(since(AtMost.QUARTER, self.known.today), time(), self.known.zone)
            rows = Message.objects.letters_that_left(begins).filter(address_hash__in=theirs)
            rows = rows.exclude(topic__in=ABOUT_VISITS)
            for digest, first, also, moment in rows.values_list("address_hash", "reader_id", "also", "settled_at"):
                behind = {who for one in (first, *also) if one and (who := self.known.addressee(one))}
                for pk in behind & theirs[digest]:
                    got[pk].append(moment or self.now)
        return got

    def waits_for_others(self, address: str) -> datetime | None:
        """Return when to ask again where another worker holds what would fill the cap; None where none does."""
        if self.left[address] < self.most <= self.left[address] + self.held[address]:
            return self.now + OTHERS_FIRST
        return None

    def against_address(self, address: str) -> str:
        """Return "capped" where an address got as much as the practice sends at most, else ""."""
        return "capped" if self.left[address] >= self.most else ""

    def against_reader(self, pk: int, *, purpose: str, topic: str) -> str:
        """Return "enough" where a reader got as much as they want, else ""; what is about their visits still comes."""
        who = self.known.addressee(pk)
        if who is None or topics.is_about_visits(purpose, topic):
            return ""
        at_most = self.known.readers[who].at_most
        if at_most not in MONTHS:
            return ""
        begins = datetime.combine(since(at_most, self.known.today), time(), self.known.zone)
        return "enough" if any(moment >= begins for moment in self.got.get(who, ())) else ""

    def count(self, address: str, concerned: Iterable[int]) -> None:
        """Count a letter that is about to leave, so that the next one of the same batch knows of it."""
        self.left[address] += 1
        for pk in concerned:
            if (who := self.known.addressee(pk)) is not None:
                self.got[who].append(self.now)
