"""The doors that libraries would have, before theirs: each leads to the one sign-in page, or nowhere."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_http_methods

from accounts.doors import public
from accounts.views import other_door, shut_door

any_way = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns: list[URLPattern] = [
    path("admin/logout/", public(any_way(account.logout)), name="other_logout"),
    path("admin/login/", public(any_way(other_door)), name="other_admin_login"),
    re_path(r"^admin/password_reset/", public(any_way(other_door)), name="other_admin_password_reset"),
    path("_util/login/", public(any_way(other_door)), name="other_page_login"),
    re_path(r"^_util/authenticate_with_password/", public(any_way(shut_door)), name="other_page_password"),
    re_path(r"^documents/authenticate_with_password/", public(any_way(shut_door)), name="other_document_password"),
]
