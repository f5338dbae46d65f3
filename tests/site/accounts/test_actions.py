"""Accounts are opened once, roles are granted and ended on the record, and the admin's groups follow."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, transaction
from django.db.migrations.state import StateApps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import GroupPagePermission, Page

from accounts import actions, groups
from accounts.models import KeptDraft, RoleGrant, User
from accounts.roles import OFFICE, PERMISSIONS, SECOND_FACTOR, STAFF, Role, may, roles_of
from journal.models import Entry
from tests.cast import sign_in
from tests.factories.accounts import person
from tests.factories.pages import root_collection, root_page
from tests.site.accounts import signing

pytestmark = pytest.mark.django_db


class TestAnAccount:
    """Opening one."""

    def test_it_is_opened_once_for_an_address(self) -> None:
        first = actions.open_account(email=" New@People.Example ", by=None, first_name="Nora")
        again = actions.open_account(email="new@people.example", by=None, first_name="Other")
        assert first == again
        assert again.first_name == "Nora"
        assert first.email == "new@people.example"
        assert not first.has_usable_password()
        assert Entry.objects.filter(verb="account.opened").count() == 1

    def test_two_who_open_it_at_the_same_moment_get_the_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        standing = User.objects.create_user("new@people.example")
        monkeypatch.setattr(User.objects, "filter", lambda **asked: User.objects.none())  # not there when we looked
        assert actions.open_account(email="New@people.example", by=None) == standing
        assert not Entry.objects.filter(verb="account.opened").exists()

    def test_its_address_is_filed_and_confirmed_only_when_shown(self) -> None:
        user = actions.open_account(email="new@people.example", by=None)
        assert not EmailAddress.objects.get(user=user).verified
        actions.open_account(email="new@people.example", by=None, is_verified=True)
        assert EmailAddress.objects.get(user=user).verified

    def test_its_person_signs_in_with_a_code_at_once(self, client: Client) -> None:
        user = actions.open_account(email="new@people.example", by=None)
        signing.by_code(client, user)
        assert signing.is_signed_in(client)

    def test_two_with_one_address_cannot_stand(self) -> None:
        User.objects.create_user("new@people.example")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(email="New@People.example")

    def test_it_has_a_name_or_an_address(self) -> None:
        user = User.objects.create_user("new@people.example")
        assert (str(user), user.initials) == ("new@people.example", "N")
        user.first_name, user.last_name = "Nora", "Quist"
        assert (str(user), user.initials) == ("Nora Quist", "NQ")

    def test_a_superuser_is_made_by_address(self) -> None:
        user = User.objects.create_superuser("root@people.example", "geese fly south again")
        assert user.is_superuser
        assert User.objects.get_by_natural_key("ROOT@people.example") == user


class TestARole:
    """Granting and ending one."""

    def test_a_second_grant_of_the_same_is_the_first(self, rosa: User) -> None:
        first = actions.grant_role(user=rosa, role=Role.EDITOR, by=None)
        assert actions.grant_role(user=rosa, role=Role.EDITOR, by=None) == first
        assert Entry.objects.filter(verb="role.granted", subject=f"user:{rosa.ref}").count() == 2

    def test_ending_it_keeps_the_record_and_takes_the_rights(self, rosa: User, okafor: User) -> None:
        grant = rosa.grants.get()
        actions.end_role(grant=grant, by=okafor)
        actions.end_role(grant=grant, by=okafor)
        grant.refresh_from_db()
        assert grant.ended_by == f"user:{okafor.ref}"
        rosa = User.objects.get(pk=rosa.pk)
        assert not roles_of(rosa)
        assert not rosa.is_staff
        assert not rosa.groups.exists()
        assert Entry.objects.filter(verb="role.ended").count() == 1

    def test_a_role_in_one_office_is_none_in_another(self, dana: User) -> None:
        assert may(dana, "portal.office", "office:OF-SALT")
        assert not may(dana, "portal.office", "office:OF-KEST")

    def test_a_closed_account_has_no_roles(self, okafor: User) -> None:
        okafor.is_active = False
        assert not roles_of(okafor)

    def test_the_database_knows_the_roles(self, rosa: User) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(user=rosa, role="emperor", granted_by="system:test")

    def test_an_end_has_a_time_and_a_name(self, rosa: User) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            rosa.grants.update(ended_by="user:U-TEST")

    @given(permission=st.sampled_from(sorted(PERMISSIONS)))
    def test_no_permission_mixes_patients_offices_and_staff(self, permission: str) -> None:
        holders = PERMISSIONS[permission]
        assert sum(bool(holders & kind) for kind in (STAFF, OFFICE, {Role.PATIENT})) == 1

    def test_everybody_who_works_here_needs_a_second_factor(self) -> None:
        assert STAFF <= SECOND_FACTOR
        assert Role.PATIENT not in SECOND_FACTOR
        assert PERMISSIONS["admin.enter"] == STAFF


class TestGroups:
    """What the Wagtail admin lets each role do."""

    @pytest.fixture(autouse=True)
    def tree(self, location: object) -> Page:
        root_collection()
        root = root_page()
        groups.settle()
        return root.add_child(instance=Page(title="A page", slug="a-page"))

    @pytest.mark.parametrize("role", sorted(STAFF))
    def test_every_staff_role_enters_the_admin(self, client: Client, role: Role) -> None:
        user = person(role)
        assert user.has_perm("wagtailadmin.access_admin")
        sign_in(client, user)
        assert client.get("/admin/").status_code == 200

    @pytest.mark.parametrize("role", sorted(set(Role) - STAFF))
    def test_nobody_else_does(self, role: Role) -> None:
        assert not person(role).has_perm("wagtailadmin.access_admin")

    @pytest.mark.parametrize("role", sorted(STAFF))
    def test_pages_are_published_by_whoever_edits_them_and_nobody_else(self, tree: Page, role: Role) -> None:
        tester = tree.permissions_for_user(person(role))
        assert tester.can_edit() is (role in PERMISSIONS["pages.edit"])
        assert tester.can_publish() is (role in PERMISSIONS["pages.edit"])

    def test_the_editor_publishes_a_page_in_the_admin(self, client: Client, tree: Page) -> None:
        sign_in(client, person(Role.EDITOR))
        assert client.get(f"/admin/pages/{tree.pk}/edit/").status_code == 200
        client.post(
            f"/admin/pages/{tree.pk}/edit/",
            {
                "title": "Another title",
                "slug": "a-page",
                "comments-TOTAL_FORMS": 0,
                "comments-INITIAL_FORMS": 0,
                "action-publish": "1",
            },
        )
        tree.refresh_from_db()
        assert tree.title == "Another title"
        assert tree.live

    def test_the_coordinator_edits_no_page(self, client: Client, tree: Page) -> None:
        sign_in(client, person(Role.COORDINATOR))
        assert client.get(f"/admin/pages/{tree.pk}/edit/").status_code == 302

    def test_the_owner_keeps_the_house_and_nobody_touches_users(self) -> None:
        owner = person(Role.OWNER)
        assert owner.has_perm("wagtailredirects.add_redirect")
        assert owner.has_perm("practice.change_practice")
        for group in Group.objects.filter(name__in=[role.value for role in STAFF]):
            assert not group.permissions.filter(content_type__app_label__in=["accounts", "auth"]).exists()

    def test_settling_again_changes_nothing(self) -> None:
        before = GroupPagePermission.objects.count()
        groups.settle()
        assert GroupPagePermission.objects.count() == before

    def test_an_installation_that_stands_gets_a_new_permission_with_its_next_migrate(self) -> None:
        editor, coordinator = (Group.objects.get(name=role.value) for role in (Role.EDITOR, Role.COORDINATOR))
        editor.permissions.filter(codename="submit_translation").delete()
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        assert editor.permissions.filter(codename="submit_translation").exists()
        assert not coordinator.permissions.filter(codename="submit_translation").exists()

    def test_a_migrate_makes_no_group_that_is_not_there(self) -> None:
        Group.objects.filter(name=Role.EDITOR.value).delete()
        before = set(Group.objects.values_list("name", flat=True))
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        assert set(Group.objects.values_list("name", flat=True)) == before

    def test_a_database_that_is_migrated_a_part_of_the_way_is_left_alone(self) -> None:
        editor = Group.objects.get(name=Role.EDITOR.value)
        editor.permissions.clear()
        groups.catch_up(apps=StateApps([], {}))
        assert not editor.permissions.exists()

    def test_a_role_that_does_not_work_here_has_no_group(self) -> None:
        with pytest.raises(ValueError, match="does not enter"):
            groups.furnish(Role.PATIENT)


class TestTheFirstOwner:
    """`manage.py invite_owner`."""

    def test_it_opens_an_account_that_signs_in_by_code(self, client: Client) -> None:
        said = StringIO()
        call_command("invite_owner", "maren@practice.example", first_name="Maren", last_name="Okafor", stdout=said)
        user = User.objects.get(email="maren@practice.example")
        assert roles_of(user) == {Role.OWNER}
        assert "/accounts/login/" in said.getvalue()
        signing.by_code(client, user)
        assert client.get("/admin/")["Location"].startswith("/accounts/2fa/")

    def test_it_does_so_for_any_staff_role_and_twice_without_harm(self) -> None:
        for _ in range(2):
            call_command("invite_owner", "rosa@practice.example", role="coordinator", stdout=StringIO())
        assert RoleGrant.objects.get().role == Role.COORDINATOR

    @pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "Eve <eve@practice.example>"])
    def test_it_refuses_what_is_no_address(self, email: str) -> None:
        with pytest.raises(CommandError):
            call_command("invite_owner", email)
        assert not User.objects.exists()


def test_a_draft_says_where_it_belongs_and_nothing_else(margaret: User) -> None:
    draft = KeptDraft.objects.create(user=margaret, path="/portal/me/", fields='{"text": ["hello"]}')
    assert str(draft) == "draft for /portal/me/"
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptDraft.objects.create(user=margaret, path="/portal/me/", fields="{}")
