"""The cases that the story knows by name: each stands in a state of its own today."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from home.demo.seed import xrays
from home.demo.seed.histories import History, Rows
from home.demo.seed.offices import Sender
from home.demo.seed.sent import desk_of, draw, user_of
from home.demo.seed.story import Story
from journal.recording import name_of
from referral_portal.cases import files
from referral_portal.cases.choices import CallOutcome, CameBy, Ending, FileKind, FileState, Reason, ToothSet, Urgency
from referral_portal.cases.clocks import acknowledge_by
from referral_portal.cases.models import CaseFile
from referral_portal.cases.states import Action, CaseState, VisitState


class Scene:
    """Makes the story's cases: a moment some practice days ago, a person, and who does what."""

    def __init__(self, story: Story) -> None:
        self.story, self.rows, self.desk = story, Rows(), desk_of(story)
        self.offices: dict[str, Sender] = story.met["offices"]
        self.providers = story.met["providers"]
        self.papers: list[tuple[History, str, bytes]] = []

    def past(self, days: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment `days` practice days ago; of none, today's where it has passed, else the day's before.

        Only there does it hang on what time it is now: two moments of one earlier day must not fall on two.
        """
        day = self.story.practice_day(self.story.today, -1)
        if not days and self.story.at(day, hour, minute) > self.story.now:
            days = 1
        return self.story.at(self.story.days_on(day, -days), hour, minute)

    def just_late(self, hour: int, minute: int, urgency: str) -> datetime:
        """Return the newest such moment from which the promise to acknowledge has run out by now."""
        for days in range(10):
            at = self.past(days, hour, minute)
            if acknowledge_by(urgency, self.story.met["location"], at) < self.story.now:
                return at
        return self.past(10, hour, minute)

    def ahead(self, days: int, hour: int, minute: int = 0, *, works_on: str = "0,1,2,3") -> datetime:
        """Return a moment at least `days` practice days ahead, on a day on which somebody works."""
        day = self.story.days_on(self.story.today, days)
        while str(day.weekday()) not in works_on:
            day = self.story.days_on(day, 1)
        return self.story.at(day, hour, minute)

    def case(self, office: str, ref: str, name: str, reason: str, *, doctor: int = 0, **more: Any) -> History:
        """Return the history of a case of somebody by name, not yet sent."""
        sender = self.offices[office]
        case = draw(self.story, sender, self.story.today, reason)
        given, _, family = name.rpartition(" ")
        plain = {"ref": ref, "given_name": given, "family_name": family, "urgency": Urgency.ROUTINE, "alerts": ""}
        for key, value in {**plain, "referring_doctor": sender.doctors[doctor], **more}.items():
            setattr(case, key, value)
        if "teeth" not in more:
            case.teeth, case.tooth_set = "", ToothSet.UNSURE if case.service.concerns_a_tooth else ""
        elif "tooth_set" not in more:
            case.tooth_set = ToothSet.PERMANENT
        return History(self.story, self.rows, case, sender, self.desk)

    def attach(self, history: History, *papers: tuple[str, Callable[..., bytes]]) -> None:
        """Put drawn X-rays with a case."""
        for name, make in papers:
            self.papers.append((history, name, make(self.story.dice)))
        history.case.__dict__["drawn_files"] = len(papers)

    def write(self) -> None:
        """Write cases first, then what belongs to them, then the files."""
        self.rows.write()
        for history, name, content in self.papers:
            keep_file(history, name, content)


def keep_file(history: History, name: str, content: bytes) -> CaseFile:
    """Seal a picture as the office would have sent it."""
    case = history.case
    file = CaseFile(office=case.office, case=case, name=name, kind=FileKind.PNG, state=FileState.AVAILABLE)
    file.by, file.at = name_of(history.sender.author), case.submitted_at or history.story.now
    stored = files.store(file, SimpleUploadedFile(name, content))
    file.size, file.chunks, file.digest = stored.size, stored.chunks, stored.digest
    assert file.digest == hashlib.sha256(content).hexdigest()
    file.save()
    return file


def tell(story: Story) -> None:
    """Keep the story's cases."""
    scene = Scene(story)
    for chapter in (_walter, _of_saltmarsh_waiting, _of_saltmarsh_going_on, _of_saltmarsh_ending, _of_others):
        chapter(scene)
    scene.write()


def _walter(scene: Scene) -> None:
    """Walter's root canal: sent, seen within a quarter of an hour, called, booked."""
    dana, lindqvist = scene.offices["saltmarsh"].author, scene.providers["lindqvist"]
    assert dana is not None
    patient = scene.story.met["patients"].get("Walter Brandvold")
    history = scene.case(
        "saltmarsh",
        "JR-7K2M",
        "Walter Brandvold",
        Reason.ROOT_CANAL,
        urgency=Urgency.URGENT,
        teeth="3",
        born=date(1954, 3, 4).isoformat(),
        phone="(360) 555-0108",
        plan="Delta Dental",
        remark="Lingering cold response #3, percussion positive. Started amoxicillin Thursday.",
    )
    scene.attach(history, ("PA_tooth3.png", xrays.periapical), ("bitewing_right.png", xrays.bitewing))
    day = 4
    history.submit(scene.past(day, 9, 42), dana)
    history.acknowledge(scene.past(day, 9, 58), scene.desk.rosa)
    text = (
        "Thank you for the clear PA. I agree, #3 looks like irreversible pulpitis. "
        "Please leave the temporary in place; I will call you after the visit."
    )
    history.say(scene.past(day, 10, 15), user_of(lindqvist), text, side="staff")
    seen = (scene.past(day, 10, 40), scene.desk.rosa)
    history.correct(scene.past(day, 10, 31), dana, ("phone", "(360) 555-0188"), seen)
    history.case.patient = patient
    history.call(scene.past(day, 11, 20), scene.desk.rosa, CallOutcome.REACHED, "Prefers mornings.")
    history.book(
        scene.past(day, 11, 24),
        scene.desk.rosa,
        scene.ahead(2, 8, 30, works_on=lindqvist.staff_member.works_on),
        lindqvist,
    )


def _of_saltmarsh_waiting(scene: Scene) -> None:
    """What waits for Dana: a report to confirm, a question, and a draft; and what she has just sent."""
    dana, raman, desk = scene.offices["saltmarsh"].author, scene.providers["raman"], scene.desk
    assert dana is not None
    irene = scene.case("saltmarsh", "JR-4M9X", "Irene Sato", Reason.IMPLANT, teeth="19")
    irene.submit(scene.past(44, 10, 5), dana).acknowledge(scene.past(44, 11, 0), desk.on(scene.past(44, 11)))
    irene.accept(scene.past(43, 9, 10), user_of(raman), raman)
    irene.call(scene.past(43, 14, 0), desk.colette, CallOutcome.REACHED)
    irene.book(scene.past(43, 14, 5), desk.colette, scene.past(34, 9, 0), raman)
    irene.settle(scene.past(34, 11, 0), desk.colette, VisitState.KEPT)
    text = "Implant placed at 19, primary stability good, healing cap on. Ready for the crown in twelve weeks."
    irene.complete(scene.past(1, 16, 10), user_of(raman), Ending.TREATED, text, raman)

    miguel = scene.case("saltmarsh", "JR-6TQ2", "Miguel Ortega", Reason.GUM_CARE, doctor=1, alerts="blood-thinner")
    miguel.submit(scene.past(2, 14, 20), dana).acknowledge(scene.past(2, 15, 5), desk.colette)
    miguel.say(
        scene.past(1, 8, 12),
        user_of(raman),
        "Is he still on warfarin, and who manages it?",
        side="staff",
        is_question=True,
    )

    nils = scene.case("saltmarsh", "JR-1TNC", "Nils Carrow", Reason.RETREATMENT, teeth="30", status=CaseState.DRAFT)
    nils.case.created_at = nils.case.changed_at = scene.past(0, 8, 40)

    bernard = scene.case("saltmarsh", "JR-2H7P", "Bernard Klein", Reason.SECOND_OPINION)
    bernard.submit(scene.past(0, 9, 38), dana)


def _of_saltmarsh_going_on(scene: Scene) -> None:
    """Under way: a course of five visits, a missed one, a child, and a correction that nobody has seen."""
    dana, desk, providers = scene.offices["saltmarsh"].author, scene.desk, scene.providers
    assert dana is not None
    oona = scene.case("saltmarsh", "JR-8C3N", "Oona Lindgren", Reason.IMPLANT, teeth="30")
    oona.submit(scene.past(24, 9, 30), dana).acknowledge(scene.past(24, 10, 2), desk.on(scene.past(24, 10)))
    oona.accept(scene.past(23, 8, 30), user_of(providers["raman"]), providers["raman"])
    oona.call(scene.past(23, 9, 0), desk.colette, CallOutcome.REACHED)
    for booked, visit in ((23, 12), (12, 2)):
        oona.book(scene.past(booked, 9, 6), desk.colette, scene.past(visit, 13, 0), providers["raman"])
        oona.settle(scene.past(visit, 14, 30), desk.colette, VisitState.KEPT)
    oona.book(scene.past(2, 14, 40), desk.colette, scene.ahead(12, 13, 0), providers["raman"])

    frank = scene.case("saltmarsh", "JR-3V6R", "Frank Dubois", Reason.ROOT_CANAL, doctor=1, teeth="14")
    frank.submit(scene.past(7, 11, 15), dana).acknowledge(scene.past(7, 13, 0), desk.on(scene.past(7, 13)))
    frank.call(scene.past(6, 9, 0), desk.colette, CallOutcome.REACHED)
    frank.book(scene.past(6, 9, 4), desk.colette, scene.past(1, 10, 30), providers["lindqvist"])
    frank.settle(scene.past(1, 11, 30), desk.colette, VisitState.MISSED)

    lucy = scene.case(
        "saltmarsh",
        "JR-9WD4",
        "Lucy Hanover",
        Reason.EXTRACTION,
        doctor=1,
        teeth="K",
        tooth_set=ToothSet.PRIMARY,
        born=date(scene.story.today.year - 9, 1, 18).isoformat(),
        responsible_adult="Carmen Hanover, mother",
    )
    lucy.submit(scene.past(1, 8, 20), dana).acknowledge(scene.past(1, 9, 5), desk.colette)

    edith = scene.case("saltmarsh", "JR-6ED5", "Edith Larkin", Reason.ROOT_CANAL, teeth="12", phone="(360) 555-0116")
    edith.submit(scene.past(3, 10, 0), dana).acknowledge(scene.past(3, 10, 25), desk.on(scene.past(3, 10)))
    edith.call(scene.past(3, 13, 30), desk.colette, CallOutcome.REACHED)
    ahead = scene.ahead(4, 10, 0, works_on=providers["lindqvist"].staff_member.works_on)
    edith.book(scene.past(3, 13, 36), desk.colette, ahead, providers["lindqvist"])
    edith.correct(scene.past(0, 8, 15), dana, ("alerts", "blood-thinner"))


def _of_saltmarsh_ending(scene: Scene) -> None:
    """Off the straight road: asked to cancel, and sent twice."""
    dana, desk, providers = scene.offices["saltmarsh"].author, scene.desk, scene.providers
    assert dana is not None
    gloria = scene.case("saltmarsh", "JR-5GH1", "Gloria Haddad", Reason.ROOT_CANAL, teeth="18")
    gloria.submit(scene.past(5, 9, 0), dana).acknowledge(scene.past(5, 9, 40), desk.on(scene.past(5, 9)))
    gloria.call(scene.past(5, 11, 0), desk.colette, CallOutcome.REACHED)
    gloria.book(scene.past(5, 11, 4), desk.colette, scene.ahead(6, 9, 0), providers["lindqvist"])
    reason = "She wants to wait until her new plan begins."
    gloria.end(scene.past(1, 12, 50), dana, Action.REQUEST_CANCEL, CaseState.CANCEL_REQUESTED, reason)

    twice = scene.case("saltmarsh", "JR-2DBL", "Irene Sato", Reason.IMPLANT, teeth="19")
    twice.submit(scene.past(44, 10, 11), dana)
    twice.merge(scene.past(44, 11, 2), desk.colette, scene.rows.cases[1])


def _of_others(scene: Scene) -> None:
    """Two promises that ran late, a child, and somebody whom nobody reaches."""
    ines, desk = scene.offices["kestrel"].author, scene.desk
    priscilla = scene.offices["fernhollow"].author
    elias = scene.case(
        "kestrel",
        "JR-9QXD",
        "Elias Ford",
        Reason.ROOT_CANAL,
        urgency=Urgency.URGENT,
        teeth="19",
        born=date(1991, 7, 2).isoformat(),
        remark="Swelling since last night, lower left, no fever. We are closed this afternoon and cannot see him.",
    )
    elias.submit(scene.just_late(9, 27, Urgency.URGENT), ines)
    fax: dict[str, Any] = {"came_by": CameBy.FAX, "author": desk.colette}
    harriet = scene.case("brightwater", "JR-5RWE", "Harriet Osgood", Reason.IMPLANT, teeth="19", **fax)
    harriet.submit(scene.just_late(15, 50, Urgency.ROUTINE), desk.colette)
    child: dict[str, Any] = {
        "born": date(scene.story.today.year - 8, 4, 9).isoformat(),
        "responsible_adult": "Freya Lindgren, mother",
    }
    bea = scene.case("fernhollow", "JR-2HNB", "Bea Lindgren", Reason.SECOND_OPINION, **child)
    bea.submit(scene.past(0, 8, 5), priscilla)
    tomas = scene.case("kestrel", "JR-8TBQ", "Tomas Birch", Reason.RETREATMENT, teeth="31")
    tomas.submit(scene.past(16, 9, 0), ines).acknowledge(scene.past(16, 9, 50), desk.on(scene.past(16, 9)))
    tomas.accept(scene.past(16, 10, 0), desk.colette, scene.providers["lindqvist"])
    for days, outcome in ((16, CallOutcome.VOICEMAIL), (11, CallOutcome.TEXT_SENT), (6, CallOutcome.VOICEMAIL)):
        tomas.call(scene.past(days, 15, 0), desk.colette, outcome)
    tomas.end(scene.past(2, 10, 0), desk.colette, Action.MARK_UNREACHABLE, CaseState.UNREACHABLE)
