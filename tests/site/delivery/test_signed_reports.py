"""Reports of providers that sign them, each as it documents: known by the signature, and nothing without it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings as conf

from delivery import actions, sending
from delivery.models import Message, Report
from delivery.webhooks import hearing
from tests.factories.delivery import audience, dispatch
from tests.site.delivery.reporting import GONE, SECRET, later, post, shut

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house", "open_door")]
STAMP = 1_700_000_000


@pytest.fixture
def letter() -> Message:
    """Give a letter that was accepted."""
    audience(1)
    actions.start(dispatch=dispatch(), by=None)
    sending.work()
    return Message.objects.get()


def public(key) -> str:
    """Return a public key as providers show it: base64, without its fences."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_key().public_bytes(serialization.Encoding.DER, form)).decode()


def mailtrap(letter, settings):
    settings.MAIL_HOOK_KEY = "the signing key"
    event = {"event": "bounce", "message_id": "1", "email": letter.address, "timestamp": STAMP, "event_id": "e1"}
    body = json.dumps({"events": [event | {"response": GONE, "custom_variables": {"message": letter.ref}}]})
    signed = hmac.new(b"the signing key", body.encode(), hashlib.sha256).hexdigest()
    return body, "application/json", {"HTTP_MAILTRAP_SIGNATURE": signed}


def mandrill(letter, settings):
    settings.MAIL_HOOK_KEY = "the signing key"
    said = {"email": letter.address, "diag": f"smtp;{GONE}", "metadata": {"message": letter.ref}}
    told = json.dumps([{"event": "hard_bounce", "_id": "e1", "ts": STAMP, "msg": said}])
    url = f"http://{SECRET}@testserver/hooks/mail/mandrill/mandrill_events{told}"
    signed = base64.b64encode(hmac.new(b"the signing key", url.encode(), hashlib.sha1).digest()).decode()
    form = "application/x-www-form-urlencoded"
    return urlencode({"mandrill_events": told}), form, {"HTTP_X_MANDRILL_SIGNATURE": signed}


def postal(letter, settings):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings.MAIL_HOOK_KEY = public(key)
    payload = {"status": "HardFail", "output": GONE, "message": {"id": 1, "to": letter.address}}
    body = json.dumps({"event": "MessageDeliveryFailed", "timestamp": STAMP, "uuid": "e1", "payload": payload})
    signed = key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA1())
    return body, "application/json", {"HTTP_X_POSTAL_SIGNATURE": base64.b64encode(signed).decode()}


def sendgrid(letter, settings):
    key = ec.generate_private_key(ec.SECP256R1())
    settings.MAIL_HOOK_KEY = public(key)
    event = {"event": "bounce", "email": letter.address, "timestamp": STAMP, "sg_event_id": "e1", "reason": GONE}
    body = json.dumps([event | {"message": letter.ref}])
    signed = key.sign(f"{STAMP}{body}".encode(), ec.ECDSA(hashes.SHA256()))
    head = "HTTP_X_TWILIO_EMAIL_EVENT_WEBHOOK_"
    return (
        body,
        "application/json",
        {f"{head}SIGNATURE": base64.b64encode(signed).decode(), f"{head}TIMESTAMP": str(STAMP)},
    )


SIGNED = {found.__name__: found for found in (mailtrap, mandrill, postal, sendgrid)}


@pytest.mark.parametrize("name", SIGNED)
def test_a_report_that_is_signed_shuts_the_mailbox(letter, settings, name):
    body, form, heads = SIGNED[name](letter, settings)
    for _again in range(3):
        assert post(name, body, content_type=form, **heads).status_code == 200
    assert Report.objects.count() == 1
    with later():
        hearing.hear()
    assert shut() == {letter.address_hash: "hard_bounce"}


@pytest.mark.parametrize("name", SIGNED)
def test_one_that_is_not_signed_or_was_changed_is_refused(letter, settings, name):
    body, form, heads = SIGNED[name](letter, settings)
    assert post(name, body.replace(letter.address, "x" + letter.address), content_type=form).status_code == 400
    changed = body.replace("550", "551")
    assert changed != body
    assert post(name, changed, content_type=form, **heads).status_code == 400
    assert post(name, body, content_type=form, secret="post:wrong", **heads).status_code == 401
    assert not Report.objects.exists()


@pytest.mark.parametrize("name", ["mandrill", "postal"])
def test_who_must_sign_has_no_door_without_the_key(letter, settings, name):
    body, form, heads = SIGNED[name](letter, settings)
    settings.MAIL_HOOK_KEY = ""
    assert conf.MAIL_HOOK_SECRET
    assert post(name, body, content_type=form, **heads).status_code == 404


def test_resend_tells_by_the_secret_alone(letter):
    said = {"email_id": "1", "to": [letter.address], "bounce": {"message": "sent a hard bounce message: " + GONE}}
    noted = [{"name": "X-Metadata", "value": json.dumps({"message": letter.ref})}]
    body = {"type": "email.bounced", "created_at": "2026-11-23T10:00:00Z", "data": said | {"headers": noted}}
    assert post("resend", body).status_code == 200
    hearing.hear()
    assert Report.objects.get().message == letter
    assert shut() == {letter.address_hash: "hard_bounce"}
