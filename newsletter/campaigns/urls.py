"""The addresses of this room under /admin/newsletters/."""

from django.urls import URLPattern, URLResolver, path

from newsletter.campaigns import views

app_name = "newsletters"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/send/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/audience/", views.address, name="address"),
    path("<int:pk>/test/", views.test, name="test"),
    path("<int:pk>/send-now/", views.send_now, name="send_now"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/results/", views.show_results, name="results"),
]
