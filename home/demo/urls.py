"""The addresses of the demo; they exist only with DEMO=1."""

from django.urls import URLPattern, URLResolver, path

from home.demo import views

app_name = "demo"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.tour, name="tour"),
    path("as/<slug:role>/", views.become, name="as"),
    path("outbox/", views.mails, name="outbox"),
    path("outbox/<str:mail_id>/", views.mail, name="mail"),
    path("outbox/<str:mail_id>/letter/", views.mail_document, name="mail_document"),
]
