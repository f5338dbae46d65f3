"""The addresses of this room under /admin/newsletters/."""

from django.urls import URLPattern, URLResolver, path

from newsletter.campaigns import (
    approval_views,
    comparing_views,
    leaving_views,
    listing_views,
    preview_views,
    results_views,
    views,
    writing_views,
)

app_name = "newsletters"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing_views.index, name="index"),
    path("calendar/", listing_views.calendar, name="calendar"),
    path("new/", writing_views.new, name="new"),
    path("<int:pk>/left-out/", writing_views.left_out, name="left_out"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/send/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/preview/", preview_views.preview, name="preview"),
    path("<int:pk>/preview/letter/", preview_views.letter, name="preview_letter"),
    path("<int:pk>/audience/", views.address, name="address"),
    path("<int:pk>/approval/", approval_views.show, name="approval"),
    path("<int:pk>/approval/letter/", approval_views.letter, name="approval_letter"),
    path("<int:pk>/approval/sure/", approval_views.sure, name="approval_sure"),
    path("<int:pk>/approval/ask/", approval_views.ask, name="ask_approval"),
    path("<int:pk>/approval/take-back/", approval_views.take_back, name="take_back_approval"),
    path("<int:pk>/approval/approve/", approval_views.approve, name="approve"),
    path("<int:pk>/approval/change/", approval_views.change, name="ask_change"),
    path("<int:pk>/second-subject/", comparing_views.second_subject, name="second_subject"),
    path("<int:pk>/results/subject/", comparing_views.choose, name="choose_subject"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/send-now/", leaving_views.send_now, name="send_now"),
    path("<int:pk>/schedule/", leaving_views.schedule, name="schedule"),
    path("<int:pk>/undo/", leaving_views.undo, name="undo"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/correction/", views.correct, name="correct"),
    path("<int:pk>/results/", results_views.show_results, name="results"),
    path("<int:pk>/results/progress/", results_views.progress, name="progress"),
    path("<int:pk>/results/letters/", results_views.people, name="letters"),
    path("<int:pk>/results/arrived/", results_views.arrived, name="arrived"),
    path("<int:pk>/results/missing/", results_views.missing, name="missing"),
    path("<int:pk>/results/again/", results_views.again, name="send_again"),
    path("<int:pk>/results/rest/", results_views.resend, name="resend"),
    path("<int:pk>/results.csv", results_views.table, name="table"),
]
