"""Visitors' forms: the trap, the clock, the limits; what is typed loses what would break a line or a header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.core.cache import cache
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from content import limits, public_forms
from content.public_forms import LineField, PhoneField, PublicForm, ReachField, Refused, TextField, take
from vault import tokens

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


class Ask(PublicForm):
    name = "ask"
    per_network, per_address = 3, 2
    email = forms.EmailField()

    @property
    def address(self):
        return self.cleaned_data.get("email", "")


class Other(Ask):
    name = "other"


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sent(form=Ask, **typed):
    data = QueryDict(mutable=True)
    data.update(
        {"email": "ana@home.example", "stamp": public_forms.stamp(form.name, age=timedelta(minutes=1)), **typed}
    )
    return form(data)


def words(form):
    return " ".join(form.non_field_errors())


class TestClock:
    def test_it_works(self, clock):
        assert sent().is_valid()
        assert "stamp" not in sent().fields["email"].widget.attrs

    def test_too_quick_is_asked_again_and_nobody_waits_twice(self, clock):
        stamp = public_forms.stamp("ask")
        form = sent(stamp=stamp)
        assert not form.is_valid()
        assert "very quick" in words(form)
        clock.shift(2)
        assert sent(stamp=form.current_stamp).is_valid()

    @pytest.mark.parametrize("age", [timedelta(hours=23, minutes=59), timedelta(days=1, minutes=1)])
    def test_a_page_holds_a_day(self, age, clock):
        stamp = public_forms.stamp("ask")
        clock.shift(age)
        assert sent(stamp=stamp).is_valid() is (age < timedelta(days=1))

    def test_a_page_of_yesterday_is_asked_again_and_taken_at_once(self, clock):
        form = sent(stamp="")
        assert not form.is_valid()
        assert "open for a long time" in words(form)
        assert sent(stamp=form.current_stamp).is_valid()

    @pytest.mark.parametrize("payload", ["ask", ["ask"], ["ask", "soon"], ["ask", None], {"ask": 1}])
    def test_a_foreign_stamp_is_none(self, payload):
        assert not sent(stamp=tokens.sign("form", payload)).is_valid()

    def test_a_forged_stamp_is_none(self):
        assert not sent(stamp="x").is_valid()
        assert not sent(stamp=tokens.sign("confirm", ["ask", 1.0])).is_valid()

    def test_a_stamp_of_another_form_is_none(self):
        assert not sent(stamp=sent(Other).current_stamp).is_valid()

    @pytest.mark.django_db
    def test_what_is_sent_twice_from_one_page_was_drawn_on_one_day(self, clock):
        stamp = public_forms.stamp("ask")
        first = sent(stamp=stamp).drawn_on
        clock.shift(timedelta(hours=20))
        assert sent(stamp=stamp).drawn_on == first


@pytest.mark.django_db
class TestTaking:
    def take(self, rf, form, ip="192.0.2.7", do=None):
        done = []
        status = take(rf.post("/", REMOTE_ADDR=ip), form, do or (lambda: done.append(1)))
        return status, len(done)

    def test_it_works(self, rf):
        assert self.take(rf, sent()) == (303, 1)

    def test_a_machine_in_the_trap_gets_the_same_answer_and_does_nothing(self, rf):
        assert self.take(rf, sent(website="https://spam.example")) == (303, 0)
        assert self.take(rf, sent(website="x", email="", stamp="")) == (303, 0)

    def test_what_is_wrong_is_said_and_nothing_is_done(self, rf):
        assert self.take(rf, sent(email="no")) == (422, 0)

    def test_a_network_has_a_limit_and_another_none(self, rf):
        answers = [self.take(rf, sent(email=f"a{n}@home.example"))[0] for n in range(5)]
        assert answers == [303, 303, 303, 429, 429]
        assert self.take(rf, sent(), ip="192.0.2.8") == (303, 1)

    def test_an_address_has_a_limit_from_whatever_network(self, rf):
        answers = [self.take(rf, sent(email="Ana@home.example"), ip=f"192.0.2.{n}")[0] for n in range(3)]
        assert answers == [303, 303, 429]

    def test_the_neighbors_of_an_ipv6_address_are_one_network(self, rf):
        ips = ["2001:db8::1", "2001:db8::2", "2001:db8::3:4", "2001:db8::5"]
        assert [self.take(rf, sent(email=f"a{n}@h.example"), ip=ip)[0] for n, ip in enumerate(ips)][-1] == 429
        assert self.take(rf, sent(email="b@h.example"), ip="2001:db8:0:1::1")[0] == 303

    def test_an_hour_later_it_is_taken_again(self, rf, clock):
        for n in range(4):
            self.take(rf, sent(email=f"a{n}@home.example"))
        clock.shift(timedelta(hours=1, seconds=1))
        assert self.take(rf, sent())[0] == 303

    def test_the_refusal_is_in_words_with_the_phone(self, rf, location):
        for n in range(4):
            form = sent(email=f"a{n}@home.example")
            self.take(rf, form)
        assert location.phone in words(form)

    def test_what_cannot_be_done_says_why(self, rf):
        def no():
            raise Refused("Please call us.")

        form = sent()
        assert self.take(rf, form, do=no)[0] == 422
        assert words(form) == "Please call us."

    def test_the_cache_holds_no_address_in_the_clear(self, rf, monkeypatch):
        keys = []
        monkeypatch.setattr(limits.cache, "add", lambda key, *_: keys.append(key))
        monkeypatch.setattr(limits.cache, "incr", lambda key: 1)
        self.take(rf, sent())
        assert len(keys) == 2
        assert not [key for key in keys if "ana@" in key or "192.0.2" in key]

    def test_a_count_that_ran_out_meanwhile_refuses_nobody(self, monkeypatch):
        def gone(key):
            raise ValueError

        monkeypatch.setattr(limits.cache, "incr", gone)
        assert not limits.is_over("ask", "x", most=0)


class TestFields:
    @given(st.text())
    def test_a_line_stays_one_line(self, text):
        clean = LineField(required=False).clean(text.replace("\x00", ""))
        assert clean == " ".join(clean.split())
        assert not public_forms.UNPRINTED.search(clean)

    def test_a_header_cannot_be_smuggled_in(self):
        assert LineField().clean("Ana\r\nBcc: x@y.example") == "Ana Bcc: x@y.example"
        assert LineField().clean("a\u202eb\u2028c") == "a b c"

    def test_a_text_keeps_its_lines_and_nothing_else(self):
        assert TextField().clean(" One\r\ntwo\rthree\x07\u202e ") == "One\ntwo\nthree"

    @pytest.mark.parametrize(
        "number", ["360-555-0142", "(360) 555 0142", "+1 360.555.0142", "3605550142 x12", "360-555-0142 ext. 7"]
    )
    def test_a_phone_number_is_taken_as_people_write_it(self, number):
        assert PhoneField().clean(number) == number
        assert ReachField().clean(number) == number

    @pytest.mark.parametrize("number", ["555-0142", "call me", "360-555-0142; DROP", "1" * 16, "ana@"])
    def test_what_is_no_phone_number_is_refused(self, number):
        for kind in (PhoneField(), ReachField()):
            with pytest.raises(forms.ValidationError):
                kind.clean(number)

    def test_one_may_be_reached_by_mail(self):
        assert ReachField().clean("ana@home.example") == "ana@home.example"
        with pytest.raises(forms.ValidationError):
            ReachField().clean("ana@home.example\r\nBcc: x@y.example")
