"""A patient tells a friend, the friend asks for a call, and the patient is thanked."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

from django.utils import timezone

from config.touring.browser import Browser
from config.touring.letter import LetterStory, demand
from config.touring.pages import StoryBroken
from config.touring.stage import Stage
from content.public_forms import QUICKEST

FRIEND = "Ottilie"


class FriendStory:
    """From the letter's link, without a password."""

    def __init__(self, stage: Stage, letter: LetterStory, rosa: Browser) -> None:
        self.stage, self.letter, self.rosa = stage, letter, rosa
        self.code = ""
        self.ref = ""

    def tell(self) -> str:
        """Follow the letter's link, take the own link, and say that it was passed on."""
        reader = Browser(self.stage.site)
        page = reader.get(self.letter.link("/e/refer/"))
        path = page.url.removeprefix(self.stage.site)
        if "told" not in page.form(path).names and not re.search(r"/r/[0-9A-Z]{8}/", page.text):
            page = reader.submit(page, page.form(path), {"act": "link"})
        found = re.search(r"/r/([0-9A-Z]{8})/", page.text)
        if found is None:
            raise StoryBroken("The reader's page shows no link of their own.")
        self.code = found.group(1)
        page = reader.submit(page, page.form(path), {"act": "told"})
        demand("Thank you" in page.words, "Nobody thanked the reader.")
        return f"link {self.code[:4]} {self.code[4:]}"

    def answer(self) -> str:
        """The friend opens the link, and asks to be called."""
        friend = Browser(self.stage.site)
        page = friend.get(f"/r/{self.code}/")
        demand("Margaret" not in page.main_words, "The friend's page names the one who told.")
        form = next(form for form in page.read.forms if "first_name" in form.names)
        given = {"first_name": FRIEND, "contact": "(360) 555-0163", "consents": "on", "is_adult": "on"}
        time.sleep(QUICKEST.total_seconds())  # nobody types faster
        page = friend.submit(page, form, given)
        demand(page.url.endswith("/thanks/") or "call" in page.words.lower(), "The friend is not told what comes next.")
        return "3 boxes, no name of the one who told"

    def call(self) -> str:
        """Rosa finds the friend in her inbox and calls."""
        page = self.rosa.get("/admin/inbox/")
        rows = page.text.split('href="/admin/inbox/')
        self.ref = next((row.partition("/")[0] for row in rows if FRIEND in row.partition("</li>")[0]), "")
        demand(self.ref, "The friend is not in the inbox.")
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/call/")
        self.rosa.submit(opened, opened.form("/call/"), {"outcome": "reached"})
        return self.ref

    def book(self) -> str:
        """Rosa books the friend's first visit."""
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/appointments/")
        day = next_workday(timezone.localdate())
        self.rosa.submit(opened, opened.form("/appointments/"), {"on": day.isoformat(), "at": "09:30"})
        return f"{day:%b} {day.day}, 9:30 AM"

    def thank(self) -> str:
        """Rosa notes the card that thanks for telling, whatever came of it."""
        opened = self.rosa.get(f"/admin/inbox/{self.ref}/thanks/")
        form = opened.form("/thanks/")
        page = self.rosa.submit(opened, form, {"how": form.first_choice("how")})
        demand("hanked" in page.words, "The page does not say that somebody was thanked.")
        return f"{timezone.localdate():%b %d} by Rosa Delgado"


def next_workday(day: date) -> date:
    """Return the first Monday to Thursday at least three days ahead."""
    day += timedelta(days=3)
    while day.weekday() > 3:
        day += timedelta(days=1)
    return day
