"""The machines' way in: one address a provider."""

from django.urls import path

from delivery.webhooks.views import hook

urlpatterns = [path("mail/<slug:provider>/", hook, name="mail_hook")]
