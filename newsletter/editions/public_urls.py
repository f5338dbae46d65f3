"""The calendar file of an event, which stands below its page."""

from django.urls import URLPattern, URLResolver, path

from newsletter.editions import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<path:way>/event.ics", views.event_calendar, name="event_calendar"),
]
