"""An office sends a case with an X-ray, and learns what became of it."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from random import Random

from django.utils import timezone

from config.touring.browser import Browser
from config.touring.friend import next_workday
from config.touring.letter import demand
from config.touring.pages import Objected, Page, StoryBroken
from config.touring.stage import Stage
from home.demo.cast import PERSONS
from home.demo.seed.xrays import periapical

GIVEN, FAMILY = "Leopold", "Quastenberger"
SECRET = ("Leopold", "Quastenberger", "root canal", "pulpitis")
MOST_TRIES = 7
NOTICE_WITHIN = 100  # seconds: a notice waits a minute, so that an undo takes it back


class CaseStory:
    """Dana sends, Rosa handles, Dana confirms."""

    def __init__(self, stage: Stage, rosa: Browser) -> None:
        self.stage, self.rosa = stage, rosa
        self.dana = Browser(stage.site)
        self.ref = ""
        self.notices: list[EmailMessage] = []

    def sign_in(self) -> str:
        """Dana signs in with the six digits that come by mail."""
        address = PERSONS["office"].email
        page = self.dana.get("/accounts/login/")
        page = self.dana.submit(page, page.form("/login/code/"), {"email": address})
        mail = self.stage.wait_for_mails(1, lambda mail: mail["X-Envelope-To"] == address, seconds=60)[0]
        body = mail.get_body(("plain",))
        code = re.search(r"\b\d{6}\b", str(body.get_content()) if body else "")
        if code is None:
            raise StoryBroken(f"The mail {mail['Subject']!r} holds no six digits.")
        page = self.dana.submit(page, page.form("/confirm/"), {"code": code.group(0)})
        self.dana.get("/portal/office/cases/")
        return "6 digits"

    def send(self) -> str:
        """Dana sends a patient with an X-ray, in one form."""
        page = self.dana.get("/portal/office/cases/new/")
        form = page.form(name="case-form")
        xray = periapical(Random(1))  # noqa: S311  a drawing
        page = self.dana.submit(
            page,
            form,
            {
                "given_name": GIVEN,
                "family_name": FAMILY,
                "born": "1961-05-17",
                "phone": "(360) 555-0149",
                "doctor": form.first_choice("doctor"),
                "knows": "on",
                "reason": "root-canal",
                "tooth_set": "permanent",
                "tooth": ["14"],
                "urgency": "urgent",
                "note": "Lingering cold response. Suspect pulpitis.",
            },
            {"uploads": ("PA_tooth14.png", xray)},
        )
        found = re.search(r"/cases/([A-Z]{1,4}-[0-9A-Z]{4,12})/", page.url)
        if found is None:
            raise StoryBroken(f"The case was not sent: {page.words[-500:]}")
        self.ref = found.group(1)
        return f"{self.ref}, {len(xray) / 1024:.0f} kB X-ray"

    def acknowledge(self) -> str:
        """Rosa acknowledges with one click; Dana sees it at once."""
        page = self.rosa.get(f"/admin/inbox/{self.ref}/")
        demand(FAMILY in page.words, "The case in the inbox does not name its patient.")
        self.rosa.submit(page, page.form("/acknowledgement/"))
        demand("Acknowledged" in self._office().words, "The office does not see that its case was acknowledged.")
        return "1 click"

    def see_xray(self) -> str:
        """Rosa opens the X-ray that came with it, once it was checked."""
        link = self.rosa.get(f"/admin/inbox/{self.ref}/").link(f"/admin/inbox/{self.ref}/files/")
        page = self.rosa.get(link)
        demand(page.body.startswith(b"\x89PNG"), "The X-ray does not come back as it was sent.")
        demand("attachment" in page.headers.get("content-disposition", ""), "The X-ray is not sent as an attachment.")
        return f"{len(page.body) / 1024:.0f} kB"

    def call(self) -> str:
        """Rosa reaches the patient."""
        self._act("call", {"outcome": "reached", "note": "Prefers mornings."})
        demand("Prefers mornings" not in self._office().words, "The office reads a note that is internal.")
        return "reached"

    def book(self) -> str:
        """Rosa books the visit; where the office is closed on the day she asks for, she takes the next one."""
        page = self.rosa.get(f"/admin/inbox/{self.ref}/appointments/")
        provider = page.form("/appointments/").first_choice("provider")
        day = next_workday(timezone.localdate())
        for _turn in range(MOST_TRIES):
            given = {"on": day.isoformat(), "at": "08:30", "provider": provider}
            try:
                self.rosa.submit(page, page.form("/appointments/"), given)
                break
            except Objected as error:
                demand("closed that day" in error.page.words, str(error))
                page = error.page
                day += timedelta(days=1)
        demand("Visit booked" in self._office().words, "The office does not see the visit.")
        return f"{day:%b} {day.day}, 8:30 AM"

    def keep(self) -> str:
        """Rosa notes that the patient came."""
        shown = self.rosa.get(f"/admin/inbox/{self.ref}/")
        visit = shown.link("/appointments/VI-").partition("/appointments/")[2].partition("/")[0]
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/appointments/{visit}/kept/")
        self.rosa.submit(opened, opened.form("/kept/"))
        return "seen"

    def report(self) -> str:
        """Rosa sends the dentist's report; the office hears of it by a mail that says nothing of health."""
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/completion/")
        form = opened.form("/completion/")
        text = "Treated in one visit. Please place the crown within four weeks."
        given = {"ending": "treated", "text": text, "clinician": form.first_choice("clinician")}
        self.rosa.submit(opened, form, given)
        mail = self.stage.wait_for_mails(1, self._is_ours, seconds=NOTICE_WITHIN)[0]
        said = mail.as_string() + "".join(
            str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"
        )
        told = [word for word in SECRET if word.lower() in said.lower()]
        demand(not told, f"The notice {mail['Subject']!r} says {', '.join(told)}.")
        return f"notice {mail['Subject']!r}"

    def confirm(self) -> str:
        """Dana downloads the report and confirms that she has it: the loop is closed."""
        page = self._office()
        pdf = self.dana.get(f"/portal/office/cases/{self.ref}/report.pdf")
        demand(pdf.body.startswith(b"%PDF"), "The report is no PDF.")
        self.dana.submit(page, page.form("/receipt/"))
        shown = self.rosa.get(f"/admin/inbox/{self.ref}/")
        demand("losed" in shown.words or "confirmed" in shown.words, "The inbox does not say that the loop is closed.")
        return f"{len(pdf.body) / 1024:.0f} kB PDF"

    def _office(self) -> Page:
        return self.dana.get(f"/portal/office/cases/{self.ref}/")

    def _act(self, noun: str, given: dict[str, str]) -> Page:
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/{noun}/")
        return self.rosa.submit(opened, opened.form(f"/{noun}/"), given)

    def _is_ours(self, mail: EmailMessage) -> bool:
        body = mail.get_body(("plain",))
        is_office = str(mail["X-Envelope-To"]).endswith("saltmarsh.example")
        return is_office and self.ref in f"{mail['Subject']}{body.get_content() if body else ''}"
