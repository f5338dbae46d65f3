"""The addresses of this room in each language of the site."""

from django.urls import URLPattern, URLResolver, path

from home import asking, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("book/", asking.book, name="book"),
    path("book/thanks/", asking.book_thanks, name="book_thanks"),
    path("contact/write/", asking.write, name="write"),
    path("contact/write/thanks/", asking.write_thanks, name="write_thanks"),
    path("search/", views.search, name="search"),
]
