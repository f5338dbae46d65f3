"""The living page of components: every file of the folder stands on it, and only where somebody builds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path

from config.urls import urlpatterns as addresses
from content.templatetags.parts import Declared
from home.demo.components import FOLDER, components, drawn, examples
from home.models import HomePage
from tests.factories.editions import picture

NAMES = sorted(file.relative_to(FOLDER).as_posix().removesuffix(".html") for file in FOLDER.rglob("*.html"))
urlpatterns = [path("demo/components/", components, name="components"), *addresses]


@pytest.fixture
def building(settings: Any, tmp_path: Path) -> None:
    """Turn the demo on, with this module's addresses."""
    settings.DEMO, settings.ROOT_URLCONF, settings.MEDIA_ROOT = True, __name__, tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_every_component_has_an_example_and_says_its_arguments(db: None, name: str) -> None:
    assert examples().get(name), "add an example to home/demo/components.py"
    said = Declared((FOLDER / f"{name}.html").read_text())
    assert said.what.endswith(".")
    assert said.markup


def test_no_example_is_of_a_component_that_is_gone(db: None) -> None:
    assert sorted(examples()) == NAMES


def test_every_file_of_the_folder_stands_on_the_page(site: HomePage, client: Client, building: None) -> None:
    picture(800, 600)
    answer = client.get("/demo/components/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'data-component="([^"]+)"', html) == NAMES
    assert "style=" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))


def test_each_example_draws_something(site: HomePage, rf: RequestFactory, building: None) -> None:
    picture(800, 600)
    request = rf.get("/demo/components/")
    for component in drawn(request):
        assert component.examples, component.name
        for arguments, html in component.examples:
            assert html.strip() or not component.is_seen, (component.name, arguments)


def test_it_stands_without_a_picture_and_without_a_practice(db: None, client: Client, building: None) -> None:
    assert client.get("/demo/components/").status_code == 200


def test_where_nobody_builds_it_is_not_there(site: HomePage, client: Client, building: None, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/demo/components/").status_code == 404


def test_components_ask_nothing_of_the_database(django_assert_num_queries: Any, site: HomePage, rf: Any) -> None:
    given = examples()
    request = rf.get("/")
    with django_assert_num_queries(0):
        for name in NAMES:
            if name in {"seo", "picture", "avatar", "tile", "subscribe"}:
                continue
            for arguments in given[name]:
                render_to_string(f"components/{name}.html", arguments, request)
