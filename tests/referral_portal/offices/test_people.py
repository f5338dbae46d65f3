"""The people of an office: invited by mail, joined once, switching; nobody manages another office."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, roles_of
from delivery.models import Message
from journal import reacting
from journal.models import Entry
from referral_portal.offices import actions, policy
from referral_portal.offices.models import DoctorMembership, Invitation, Membership, Office
from referral_portal.offices.tasks import expire_invitations
from tests.cast import sign_in
from tests.factories.cases import CaseFactory
from tests.factories.offices import InvitationFactory, OfficeFactory, belong
from vault import tokens

pytestmark = pytest.mark.django_db
KIM = "kim@saltmarsh.example"


def link(invitation: Invitation) -> str:
    return f"/portal/join/{tokens.sign('join', invitation.ref)}/"


def test_an_admin_invites_by_mail_and_the_link_stands_in_it(client: Client, lena: User, saltmarsh: Office) -> None:
    answer = sign_in(client, lena).post("/portal/office/team/invite/", {"email": KIM.upper(), "may": "send"})
    assert answer.status_code == 302
    reacting.run_due()
    invitation = Invitation.objects.get()
    message = Message.objects.get()
    assert (invitation.email, message.address) == (KIM, KIM)
    text = "\n".join(str(getattr(message, field.attname)) for field in Message._meta.concrete_fields)
    found = re.search(r"/portal/join/[^/\s\"]+/", text)
    assert found is not None
    assert Client().get(found.group()).status_code == 200


def test_looking_at_the_link_does_nothing_and_a_post_joins_once(client: Client, saltmarsh: Office) -> None:
    invitation = InvitationFactory.create(office=saltmarsh, email=KIM)
    for _scanner in range(3):
        assert client.get(link(invitation)).status_code == 200
        assert client.head(link(invitation)).status_code == 200
    assert not User.objects.filter(email=KIM).exists()
    answer = client.post(link(invitation), {"first_name": "Kim", "last_name": "Tran"})
    assert answer.status_code == 302
    kim = User.objects.get(email=KIM)
    assert (str(kim), roles_of(kim, saltmarsh.scope)) == ("Kim Tran", {Role.OFFICE_MEMBER})
    assert Membership.objects.current().filter(user=kim, office=saltmarsh).exists()
    assert client.post(link(invitation), {"first_name": "Eve", "last_name": "Else"}).status_code == 410
    assert client.get(link(invitation)).status_code == 410
    assert Membership.objects.filter(office=saltmarsh).count() == 2
    assert not any("sessionid" in name for name in client.cookies) or not client.session.get("_auth_user_id")


def test_a_dentist_who_joins_is_named_as_referring(client: Client, saltmarsh: Office) -> None:
    invitation = InvitationFactory.create(office=saltmarsh, email=KIM, may="dentist")
    client.post(link(invitation), {"first_name": "Kim", "last_name": "Tran"})
    assert DoctorMembership.objects.get(office=saltmarsh).doctor.name == "Dr. Kim Tran"


def test_an_admin_who_joins_gets_the_admins_role(client: Client, saltmarsh: Office) -> None:
    invitation = InvitationFactory.create(office=saltmarsh, email=KIM, may="admin")
    client.post(link(invitation), {"first_name": "Kim", "last_name": "Tran"})
    assert roles_of(User.objects.get(email=KIM), saltmarsh.scope) == {Role.OFFICE_ADMIN}


def test_a_person_with_an_account_joins_a_second_office_without_a_new_one(
    client: Client, dana: User, saltmarsh: Office, kestrel: Office
) -> None:
    invitation = InvitationFactory.create(office=kestrel, email=dana.email)
    assert client.post(link(invitation)).status_code == 302
    assert User.objects.filter(email__iexact=dana.email).count() == 1
    assert [one.office for one in policy.memberships_of(dana)] == [saltmarsh, kestrel]


@pytest.mark.parametrize("token", ["", "x", "JR-7K2M", "e30:1abc:def"])
def test_a_forged_link_is_not_there(client: Client, token: str) -> None:
    assert client.get(f"/portal/join/{token}/").status_code == 404


@pytest.mark.parametrize("purpose", ["unsubscribe", "refer", "view", "preferences"])
def test_a_link_for_another_purpose_opens_no_office(client: Client, saltmarsh: Office, purpose: str) -> None:
    invitation = InvitationFactory.create(office=saltmarsh)
    assert client.post(f"/portal/join/{tokens.sign(purpose, invitation.ref)}/").status_code == 404


def test_an_invitation_runs_out_and_may_be_sent_again(client: Client, lena: User, saltmarsh: Office) -> None:
    invitation = actions.invite(office=saltmarsh, email=KIM, may="send", by=lena)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert client.get(link(invitation)).status_code == 410
        with pytest.raises(actions.InvitationOver):
            actions.join(invitation=invitation, first_name="Kim", last_name="Tran")
        again = actions.invite(office=saltmarsh, email=KIM, may="send", by=lena)
        assert again.pk == invitation.pk
        assert again.times_sent == 2
        assert client.get(link(invitation)).status_code == 200


def test_late_invitations_are_marked(saltmarsh: Office) -> None:
    invitation = InvitationFactory.create(office=saltmarsh, expires_at=timezone.now() - timedelta(hours=1))
    expire_invitations()
    invitation.refresh_from_db()
    assert (invitation.status, invitation.settled_by) == ("expired", "system:goodword")


def test_one_click_too_many_sends_one_mail(lena: User, saltmarsh: Office) -> None:
    for _click in range(3):
        actions.invite(office=saltmarsh, email=KIM, may="send", by=lena)
    reacting.run_due()
    assert Message.objects.count() == 1
    assert Entry.objects.filter(verb="office.invited").count() == 1


def test_an_invitation_taken_back_opens_nothing(client: Client, lena: User, saltmarsh: Office) -> None:
    invitation = actions.invite(office=saltmarsh, email=KIM, may="send", by=lena)
    sign_in(client, lena).post(f"/portal/office/team/invitations/{invitation.ref}/revocation/")
    assert Client().post(link(invitation), {"first_name": "K", "last_name": "T"}).status_code == 410
    with pytest.raises(actions.InvitationOver):
        actions.invite_again(invitation=invitation, by=lena)


def test_who_belongs_already_is_not_invited(lena: User, dana: User, saltmarsh: Office) -> None:
    with pytest.raises(ValidationError):
        actions.invite(office=saltmarsh, email=dana.email.upper(), may="send", by=lena)


def test_members_and_strangers_invite_nobody(client: Client, dana: User, otto: User, saltmarsh: Office) -> None:
    for user in (dana, otto):
        with pytest.raises(PermissionDenied):
            actions.invite(office=saltmarsh, email=KIM, may="admin", by=user)
    assert sign_in(client, dana).post("/portal/office/team/invite/", {"email": KIM, "may": "send"}).status_code == 403


def test_the_invitation_of_another_office_is_not_there(client: Client, lena: User, kestrel: Office) -> None:
    foreign = InvitationFactory.create(office=kestrel)
    admin = sign_in(client, lena)
    for end in ("again", "revocation"):
        assert admin.post(f"/portal/office/team/invitations/{foreign.ref}/{end}/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "sent"


def test_the_team_shows_its_people_and_the_form_to_admins_only(
    client: Client, dana: User, lena: User, saltmarsh: Office, otto: User
) -> None:
    InvitationFactory.create(office=saltmarsh, email=KIM)
    for user, sees_form in ((dana, False), (lena, True)):
        html = sign_in(Client(), user).get("/portal/office/team/").content.decode()
        assert dana.email in html
        assert KIM in html
        assert otto.email not in html
        assert ('id="invite"' in html) is sees_form
    wrong = sign_in(client, lena).post("/portal/office/team/invite/", {"email": "no address", "may": "king"})
    assert wrong.status_code == 422


def test_a_person_of_two_offices_switches_between_them(
    client: Client, dana: User, saltmarsh: Office, kestrel: Office
) -> None:
    belong(dana, kestrel)
    theirs = CaseFactory.create(office=kestrel)
    here = sign_in(client, dana)
    assert theirs.ref not in here.get("/portal/office/cases/").content.decode()
    assert here.post("/portal/office/switch/", {"office": kestrel.ref}).status_code == 302
    assert theirs.ref in here.get("/portal/office/cases/").content.decode()
    stranger = OfficeFactory.create()
    assert here.post("/portal/office/switch/", {"office": stranger.ref}).status_code == 404
    assert here.get("/portal/office/switch/").status_code == 405


def test_who_left_every_office_sees_none(client: Client, dana: User, saltmarsh: Office) -> None:
    Membership.objects.filter(user=dana).update(ended_at=timezone.now(), ended_by="user:U-TEST")
    assert sign_in(client, dana).get("/portal/office/cases/").status_code == 403


def test_a_closed_office_is_no_office_any_more(client: Client, dana: User, saltmarsh: Office) -> None:
    invitation = InvitationFactory.create(office=saltmarsh)
    Office.objects.filter(pk=saltmarsh.pk).update(status="closed")
    assert sign_in(client, dana).get("/portal/office/cases/").status_code == 403
    assert Client().post(link(invitation), {"first_name": "K", "last_name": "T"}).status_code == 410


def test_the_database_keeps_one_membership_and_one_waiting_invitation(dana: User, saltmarsh: Office) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=dana, office=saltmarsh)
    InvitationFactory.create(office=saltmarsh, email=KIM)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory.create(office=saltmarsh, email=KIM.upper())
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=dana).update(ended_at=timezone.now())


def test_an_office_has_a_random_code_for_its_card() -> None:
    first, second = OfficeFactory.create(), OfficeFactory.create()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", first.code)
    assert first.code != second.code


def test_doctors_are_those_of_the_day(saltmarsh: Office) -> None:
    from tests.factories.offices import ReferringDoctorFactory

    today = timezone.localdate()
    here = ReferringDoctorFactory.create(name="Dr. Alicia Maria Grant", office=saltmarsh)
    left = ReferringDoctorFactory.create(name="Dr. Gone", office=saltmarsh)
    DoctorMembership.objects.filter(doctor=left).update(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)
    )
    assert policy.doctors_of(saltmarsh) == [here]
    assert here.short_name == "Dr. Grant"
    assert left.short_name == "Dr. Gone"
