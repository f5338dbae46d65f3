"""The letter's part of the story: written in blocks, tried, sent, received, left, and sent again to one fewer."""

from __future__ import annotations

import re
import time
from email.message import EmailMessage
from http import HTTPStatus

from config.touring.browser import Browser
from config.touring.pages import Page, StoryBroken
from config.touring.stage import Stage
from config.touring.typed import rich, stream

GMAIL_CLIPS_AT = 102 * 1024
SENT_TO = re.compile(r"(\d+) (?:person|people), (\d+) letter")
HELD_BACK = re.compile(r"(\d+) (?:had|got) as many letters")


def demand(holds: object, otherwise: str) -> None:
    """Go on only where something holds.

    Raises:
        StoryBroken: with the sentence that says what is wrong.
    """
    if not holds:
        raise StoryBroken(otherwise)


class LetterStory:
    """Hannah writes, Dr. Okafor approves, Margaret receives."""

    def __init__(self, stage: Stage, hannah: Browser, okafor: Browser) -> None:
        self.stage, self.hannah, self.okafor = stage, hannah, okafor
        self.page, self.to_approve = 0, ""
        self.people = self.held_back = 0
        self.mail: EmailMessage | None = None
        self.left = ""

    def write(self, subject: str = "A small thing that helps") -> str:
        """Write a new letter from five blocks in Wagtail's editor."""
        listed = self.hannah.get("/admin/newsletters/")
        ways = self.hannah.get(listed.link("/admin/newsletters/new/"))
        page = self.hannah.get(ways.link("/admin/pages/add/editions/editionpage/"))
        form = page.form(name="page-edit-form")
        blocks = [
            ("header", {"line": ""}),
            (
                "hero",
                {
                    "picture": "",
                    "eyebrow": "Health tip",
                    "heading": "A small thing that helps",
                    "greeting": "Hello {first_name|there},",
                    "text": rich("Two minutes, twice a day, and nobody needs to be perfect."),
                },
            ),
            ("tip", {"tip": self._tip(), "heading": "", "text": rich(), "button": "Read the whole tip"}),
            (
                "appointment_call",
                {
                    "heading": "Time for a check-up?",
                    "text": rich("Mornings still have room."),
                    "button": "Pick a time",
                    "link": "/contact/",
                },
            ),
            ("friend", {"heading": "Know someone?", "text": rich("Send your own link."), "button": "Tell a friend"}),
        ]
        given = {
            "title": subject,
            "subject": subject,
            "preheader": "It takes two minutes.",
            "slug": f"tour-{time.time_ns()}",
        }
        fields = [(name, value) for name, value in form.fields if name not in given]
        saved = self.hannah.send(page.url, form.action, [*fields, *given.items(), *stream("body", blocks)])
        found = re.search(r"/admin/pages/(\d+)/edit/", saved.url)
        if found is None:
            errors = re.findall(r"error-message[^>]*>(.{0,200})", saved.text, re.DOTALL)
            raise StoryBroken(f"The letter was not saved; the editor shows {saved.url}: {errors[:3]}")
        self.page = int(found.group(1))
        return f"{len(blocks)} blocks"

    def _tip(self) -> str:
        """Return the number of a published tip, as the chooser gives it."""
        title = self.hannah.get(Browser(self.stage.site).get("/health-tips/").link("/health-tips/")).words
        word = max(re.findall(r"[a-z]{4,}", title.partition("·")[0].lower()), key=len, default="teeth")
        for wanted in (word, "teeth", "gums"):
            found = self.hannah.get(f"/admin/choose-page/search/?q={wanted}&page_type=editions.TipPage").text
            if tip := re.search(r'class="choose-page"[^>]*data-id="(\d+)"', found):
                return tip.group(1)
        raise StoryBroken("The chooser finds no health tip.")

    def try_it(self) -> str:
        """Send it to Hannah herself, marked as a test."""
        page = self.hannah.get(f"/admin/newsletters/{self.page}/send/")
        self.hannah.submit(page, page.form("/test/"))
        mail = self.stage.wait_for_mails(1, lambda mail: "[Test]" in mail["Subject"], seconds=60)[0]
        demand("hannah@" in mail["To"], f"The test went to {mail['To']}.")
        return f"{len(mail.as_bytes()) / 1024:.0f} kB"

    def ask(self) -> str:
        """Ask for the approval without which nothing is sent; Dr. Okafor's mail says where, and not what of."""
        page = self.hannah.get(f"/admin/newsletters/{self.page}/send/")
        asked = self.hannah.submit(page, page.form("/approval/ask/"))
        demand('aria-disabled="true"' in asked.text, "The letter could be sent before anybody approved it.")
        mail = self.stage.wait_for_mails(1, lambda mail: "okafor@" in mail["To"], seconds=60)[0]
        text = mail.get_body(("plain",))
        found = re.search(r"https?://\S+/approval/", str(text.get_content()) if text else "")
        demand(found, "The mail to Dr. Okafor does not lead to the letter.")
        self.to_approve = found.group() if found else ""
        return str(mail["Subject"])

    def approve(self) -> str:
        """Read it as it will leave, and say yes to just that."""
        page = self.okafor.get(self.to_approve)
        letter = self.okafor.get(f"/admin/newsletters/{self.page}/approval/letter/")
        sure = self.okafor.get(page.link("/approval/sure/"))
        yes = self.okafor.submit(sure, sure.form("/approval/approve/"))
        demand("Approved." in yes.words, f"The approval is not said: {yes.words[-300:]}")
        return f"{len(letter.body) / 1024:.0f} kB looked at, two presses"

    def send(self) -> str:
        """Send it to everybody who gets letters, and wait until each has arrived; a shared mailbox gets one."""
        page = self.hannah.get(f"/admin/newsletters/{self.page}/send/confirm/")
        found = SENT_TO.search(page.words)
        if found is None:
            raise StoryBroken(f"The last question names no number: {page.words[-400:]}")
        self.people, letters = map(int, found.groups())
        self.held_back = sum(map(int, HELD_BACK.findall(page.words)))
        begun = time.monotonic()
        form = page.form("/send-now/")
        page = self.hannah.submit(page, form, {"looked": "1"} if "looked" in form.names else None)
        self.hannah.submit(page, page.form("/send-now/"))  # without the minute in which it can be undone
        mails = self.stage.wait_for_mails(letters, lambda mail: bool(mail["List-Id"]), seconds=120)
        took = time.monotonic() - begun
        addresses = [str(mail["X-Envelope-To"]) for mail in mails]
        demand(
            len(addresses) == len(set(addresses)) == letters,
            f"{len(addresses)} letters came, {letters} were announced.",
        )
        demand(self.left not in addresses, "A letter went to somebody who had left.")
        self.mail = next((mail for mail in mails if "margaret" in str(mail["To"]).lower()), mails[0])
        return f"{letters} letters for {self.people} people in {took:.1f} s"

    def receive(self) -> str:
        """Look at one letter as a mail program does."""
        mail = self._received()
        html, text = mail.get_body(("html",)), mail.get_body(("plain",))
        demand(html is not None and text is not None, "The letter lacks its HTML or its plain text.")
        for name in ("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Date", "Reply-To"):
            demand(mail[name], f"The letter has no {name}.")
        demand(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "One-click unsubscribe is not offered.")
        size = len(mail.as_bytes())
        demand(size < GMAIL_CLIPS_AT, f"The letter has {size} bytes and would be clipped.")
        demand("{" not in str(text.get_content() if text else ""), "A merge tag was left standing.")
        return f"{size / 1024:.0f} kB, HTML and text"

    def view(self) -> str:
        """Open it in a browser, from its own link."""
        page = Browser(self.stage.site).get(self.link("/e/view/"))
        demand("A small thing that helps" in page.text, "The letter does not open in a browser.")
        return f"{len(page.body) / 1024:.0f} kB"

    def leave(self) -> str:
        """Leave with one click, as a mail program does it: a post without cookies; a scanner's GET changes nothing."""
        address = re.search(r"<(http[^>]+)>", self._received()["List-Unsubscribe"])
        if address is None:
            raise StoryBroken("List-Unsubscribe has no web address.")
        Browser(self.stage.site).get(address.group(1))
        page: Page = Browser(self.stage.site).request(
            "POST",
            address.group(1),
            b"List-Unsubscribe=One-Click",
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        demand(page.status == HTTPStatus.OK, f"One-click unsubscribe answers {page.status}.")
        self.left = str(self._received()["X-Envelope-To"])
        return f"{page.status} without a cookie"

    def send_the_next(self) -> str:
        """Write and send another letter: it goes to one person fewer, and to nobody who has enough by now."""
        left = self.people + self.held_back - 1
        self.write("And another small thing")
        self.ask()
        self.approve()
        said = self.send()
        meant = self.people + self.held_back
        demand(meant == left, f"The next letter was for {meant} people, not for {left}.")
        return said

    def link(self, part: str) -> str:
        """Return the received letter's own link of one purpose."""
        body = self._received().get_body(("plain",))
        found = re.search(rf"https?://\S*{part}\S*", str(body.get_content()) if body else "")
        if found is None:
            raise StoryBroken(f"The letter has no link {part}.")
        return found.group(0).rstrip(").,>")

    def _received(self) -> EmailMessage:
        if self.mail is None:
            raise StoryBroken("No letter was received.")
        return self.mail
