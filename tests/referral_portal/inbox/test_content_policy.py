"""The admin under the strict content policy: what we took out of Wagtail, and a watch for what a new Wagtail brings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wagtail
from django.apps import apps
from django.template.loader import get_template
from wagtail.admin.widgets import AdminPageChooser, BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser

from referral_portal.inbox import choosers

ROOT = Path(wagtail.__file__).parent
OURS = Path(__file__).resolve().parents[3]
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE)
INLINE_LOOK = re.compile(r"""\sstyle=["']|<style|\son[a-z]+=["']""", re.IGNORECASE)
TAKEN_OUT = {
    "wagtailadmin/widgets/date_input.html",
    "wagtailadmin/widgets/time_input.html",
    "wagtailadmin/widgets/datetime_input.html",
    "wagtailadmin/panels/inline_panel.html",
    "wagtailadmin/panels/multiple_chooser_panel.html",
}
MAILS = "wagtailadmin/notifications/"  # letters of Wagtail's own, no pages
EMBEDS = "wagtailembeds/"  # no embed finder is installed, so none is ever drawn


def installed_templates() -> Iterator[tuple[str, str]]:
    """Return the name and text of every template of the installed parts of Wagtail."""
    for config in apps.get_app_configs():
        folder = Path(config.path) / "templates"
        if ROOT in folder.parents:
            for path in sorted(folder.rglob("*.html")):
                yield path.relative_to(folder).as_posix(), path.read_text()


def test_no_installed_template_of_wagtail_has_an_inline_script_that_we_do_not_know() -> None:
    found = {name for name, text in installed_templates() if INLINE_SCRIPT.search(text)}
    assert found == TAKEN_OUT


def test_no_installed_template_of_wagtail_has_an_inline_look_or_handler() -> None:
    found = {name for name, text in installed_templates() if INLINE_LOOK.search(text)}
    assert {name for name in found if not name.startswith((MAILS, EMBEDS))} == set()


def test_no_code_of_wagtail_writes_a_script_but_the_chooser_that_we_replaced() -> None:
    writers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "test" not in path.relative_to(ROOT).as_posix() and re.search(r"""["'].*<script[^>]*>\{""", path.read_text())
    }
    assert writers == {"admin/widgets/chooser.py"}
    assert BaseChooser.render is choosers.render


@pytest.mark.parametrize("name", sorted(TAKEN_OUT))
def test_ours_stand_in_their_place(name: str) -> None:
    origin = Path(get_template(name).origin.name)
    assert OURS in origin.parents
    assert not INLINE_SCRIPT.search(origin.read_text())


def test_none_of_our_own_templates_has_an_inline_script_look_or_handler() -> None:
    for folder in ("staff", "wagtailadmin", "inbox", "referrals", "portal", "home"):
        for path in (OURS / "templates" / folder).rglob("*.html"):
            text = path.read_text()
            assert not INLINE_SCRIPT.search(text), path
            assert not INLINE_LOOK.search(text), path


@pytest.mark.django_db
@pytest.mark.parametrize("widget", [AdminPageChooser, AdminImageChooser, AdminDocumentChooser, AdminTaskChooser])
def test_a_chooser_says_its_call_as_data(widget: type[BaseChooser]) -> None:
    drawn = widget().render("hero", None, {"id": 'id_"hero"</script>'})
    assert not INLINE_SCRIPT.search(drawn)
    found = re.search(r'data-gw-call="(\w+)"><script type="application/json">(.*?)</script>', drawn, re.DOTALL)
    assert found
    name, data = found.groups()
    arguments = json.loads(json.loads(data))
    assert arguments[0] == 'id_"hero"</script>'
    assert f"{name}: " in (OURS / "site/static/staff/admin-csp.js").read_text()


def test_a_chooser_without_an_id_says_so() -> None:
    with pytest.raises(TypeError):
        AdminPageChooser().render("hero", None, {})


def test_a_chooser_whose_script_is_more_than_a_call_is_refused(db: None) -> None:
    class Odd(AdminPageChooser):
        def render_js_init(self, *args: object) -> str:
            return "alert(1); new PageChooser();"

    with pytest.raises(ValueError, match="more than one call"):
        Odd().render("hero", None, {"id": "id_hero"})


def test_every_call_in_our_templates_is_known_to_the_script() -> None:
    script = (OURS / "site/static/staff/admin-csp.js").read_text()
    for path in (OURS / "templates/wagtailadmin").rglob("*.html"):
        for name in re.findall(r'data-gw-call="(\w+)"', path.read_text()):
            assert f"{name}: " in script
