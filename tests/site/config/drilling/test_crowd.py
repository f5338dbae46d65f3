"""The people of the drill: who is meant is told in plain Python, and what the software asks must say the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from django.utils import timezone

from config.drilling import people
from config.drilling.account import Account, Sent, Taken, compared
from config.drilling.crowd import NAMES, Against, Change, Crowd
from delivery import actions, freezing
from delivery.models import Dispatch, Message
from delivery.states import MessageState
from patients.addresses import normal_address
from patients.models import Purpose

SEEDS = range(4)


def opened(crowd: Crowd) -> Sent:
    """Write a crowd, and freeze a letter to it in pieces."""
    people.settle_in()
    numbers = people.write(crowd)
    crowd.look()
    dispatch = actions.open_dispatch(
        occasion=f"{people.KIND}:{crowd.letter}",
        purpose=Purpose.OWN_SERVICES,
        readers=people.audience(crowd.letter),
        letter=people.LETTER,
        by=None,
        question={"campaign": crowd.letter},
    )
    return Sent(dispatch.pk, crowd, numbers)


def finished(sent: Sent) -> list[Taken]:
    """Let every letter be accepted; return what a server would have taken."""
    freezing.freeze_all(Dispatch.objects.get(pk=sent.dispatch))
    Message.objects.update(state=MessageState.ACCEPTED, next_try_at=None, settled_at=timezone.now())
    Dispatch.objects.update(state="finished", started_at=timezone.now(), ended_at=timezone.now())
    return [Taken(*pair) for pair in Message.objects.values_list("message_id", "address")]


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze few people at a time, as the drill does."""
    monkeypatch.setattr(freezing, "FIRST", 20)
    monkeypatch.setattr(freezing, "SLICE", 20)
    monkeypatch.setattr("delivery.audiences._answers", {people.KIND: people.asked})


def test_the_same_seed_is_the_same_crowd():
    assert Crowd.of(5, 1, 200).people == Crowd.of(5, 1, 200).people
    assert Crowd.of(5, 1, 200).people != Crowd.of(6, 1, 200).people
    assert Crowd.of(5, 1, 200).people != Crowd.of(5, 2, 200).people


def test_a_few_crowds_hold_everybody_whom_there_is():
    everybody = [one for seed in range(20) for one in Crowd.of(seed, 0, 300).people]
    assert {one.against for one in everybody} == {None, *Against}
    assert {one.name for one in everybody} >= set(NAMES)
    assert any(one.is_child and one.adult is None for one in everybody)
    assert any(one.is_child and one.adult is not None and one.mailbox for one in everybody)
    assert any(not one.mailbox for one in everybody if not one.is_child)
    crowd = Crowd.of(1, 0, 300)
    crowd.look()
    shared = Counter(Counter(mailbox for mailbox in crowd.past[0].values() if mailbox).values())
    assert sum(shared.values()) > 80
    assert shared.total() - shared[1] > 20
    assert max(shared) >= 4


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_whom_the_software_means_is_whom_plain_python_means(in_pieces: None, seed: int) -> None:
    crowd = Crowd.of(seed, 0, 150)
    sent = opened(crowd)
    freezing.freeze_all(Dispatch.objects.get(pk=sent.dispatch))
    found = {row.address: {sent.numbers[pk] for pk in (row.reader_id, *row.also)} for row in Message.objects.all()}
    homes: dict[str, set[int]] = defaultdict(set)
    for mailbox, members in crowd.meant().items():
        homes[normal_address("email", mailbox)] |= members
    assert found == homes


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("change", list(Change))
def test_what_happens_to_somebody_happens_in_the_database_too(change: Change) -> None:
    crowd = Crowd.of(2, 0, 60)
    people.settle_in()
    people.write(crowd)
    for _ in range(5):
        whom = crowd.change(change)
        assert whom is not None
        people.happens(change, crowd, whom)
    crowd.look()
    dispatch = actions.open_dispatch(
        occasion=f"{people.KIND}:0",
        purpose=Purpose.OWN_SERVICES,
        readers=people.audience(0),
        letter=people.LETTER,
        by=None,
    )
    addresses = set(dispatch.messages.values_list("address", flat=True))
    assert addresses == {normal_address("email", mailbox) for mailbox in crowd.meant()}


def test_who_changed_is_meant_no_more_and_may_have_been_reached_where_they_were():
    crowd = Crowd.of(3, 0, 80)
    crowd.look()
    whom = crowd.change(Change.MOVES)
    assert whom is not None
    crowd.look()
    assert whom.number not in {number for members in crowd.meant().values() for number in members}
    assert crowd.may_have_reached(whom.number, since=0) == {crowd.past[0][whom.number], whom.mailbox}
    assert crowd.may_have_reached(whom.number, since=1) == {whom.mailbox}


@pytest.mark.django_db
class TestTheAccount:
    """What the drill calls lost, doubled and mistold."""

    @pytest.fixture
    def sent(self, in_pieces: None) -> Sent:
        return opened(Crowd.of(1, 0, 60))

    def account(self, sent: Sent, taken: list[Taken], **more: Any) -> Account:
        return compared(taken, [sent], **{"singles": 0, "bound": 0, **more})

    def test_where_everybody_got_it_once_all_is_well(self, sent: Sent) -> None:
        found = self.account(sent, finished(sent))
        assert found.is_good
        assert found.recipients == sum(map(bool, sent.crowd.past[0].values())) > found.letters > 20

    def test_a_row_that_was_never_written_is_a_loss_of_all_whom_it_names(self, sent: Sent) -> None:
        taken = finished(sent)
        gone = Message.objects.exclude(also=[]).first()
        assert gone is not None
        gone.delete()
        found = self.account(sent, [one for one in taken if one.name != gone.message_id])
        assert len(found.lost) == 1 + len(gone.also)
        assert not found.is_good

    def test_an_accepted_letter_that_never_came_is_lost(self, sent: Sent) -> None:
        found = self.account(sent, finished(sent)[1:])
        assert len(found.lost) == 1

    def test_who_was_left_out_without_a_reason_is_lost(self, sent: Sent) -> None:
        taken = finished(sent)
        Message.objects.filter(message_id=taken[0].name).update(state=MessageState.SKIPPED, reason="objected")
        found = self.account(sent, taken[1:])
        assert found.lost
        assert "skipped objected" in found.lost[0]

    def test_a_letter_that_came_twice_is_doubled(self, sent: Sent) -> None:
        taken = finished(sent)
        assert len(self.account(sent, [*taken, taken[3]]).doubled) == 1

    def test_a_person_to_whom_two_letters_came_got_it_twice(self, sent: Sent) -> None:
        taken = finished(sent)
        first, second = Message.objects.order_by("pk")[:2]
        Message.objects.filter(pk=second.pk).update(also=[*second.also, first.reader_id])
        found = self.account(sent, taken)
        assert len(found.doubled) == 1
        assert found.mistold

    def test_a_letter_in_anothers_envelope_is_mistold(self, sent: Sent) -> None:
        first, second, *rest = [one for one in finished(sent) if one.recipient.isascii()]
        swapped = [Taken(first.name, second.recipient), Taken(second.name, first.recipient)]
        others = [one for one in finished(sent) if not one.recipient.isascii()]
        assert len(self.account(sent, [*swapped, *rest, *others]).mistold) == 2

    def test_what_came_and_is_told_as_failed_is_mistold(self, sent: Sent) -> None:
        taken = finished(sent)
        Message.objects.filter(message_id=taken[0].name).update(state=MessageState.FAILED, reason="550 No")
        assert len(self.account(sent, taken).mistold) == 1

    def test_no_more_may_be_unknown_than_the_accidents_account_for(self, sent: Sent) -> None:
        taken = finished(sent)
        Message.objects.filter(message_id=taken[0].name).update(state=MessageState.UNKNOWN)
        assert not self.account(sent, taken).is_good
        assert self.account(sent, taken, bound=1).is_good

    def test_a_code_that_nobody_wrote_down_is_lost(self, sent: Sent) -> None:
        assert len(self.account(sent, finished(sent), singles=2).lost) == 2
