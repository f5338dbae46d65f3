"""Pages are composed of components: each a template that sees the arguments which it declares, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.engine import Engine
from django.urls import reverse

register = Library()
_DOC = re.compile(r"\A\{% comment %\}\n(?P<what>.+)\n(?P<arguments>(?:[a-z_]+: .+\n)*)\{% endcomment %\}")


class Declared:
    """What a component says of itself in the comment that opens its template: a sentence, then `name: words` lines."""

    def __init__(self, source: str) -> None:
        """Read the comment of a component's template.

        Raises:
            ValueError: the template does not open with such a comment.
        """
        found = _DOC.match(source)
        if found is None:
            raise ValueError("a component opens with a comment: what it is, then each argument in a line")
        self.what = found["what"]
        self.arguments = dict(line.split(": ", 1) for line in found["arguments"].splitlines())
        self.markup = source[found.end() :].strip()


class Part(Node):
    """A component drawn with its arguments; what stands between the two tags, if there are two, is `content`."""

    def __init__(self, name: str, arguments: dict[str, FilterExpression], nodelist: NodeList | None = None) -> None:
        self.template_name = f"components/{name}.html"
        self.arguments = arguments
        self.nodelist = nodelist if nodelist is not None else NodeList()
        self.has_content = nodelist is not None

    def __iter__(self) -> Iterator[Node]:
        yield from self.nodelist

    def render(self, context: Context) -> str:
        """Draw the component in a context of its own."""
        values = {name: value.resolve(context, ignore_failures=True) for name, value in self.arguments.items()}
        given = {name: value for name, value in values.items() if value is not None}  # what is not known is not given
        if self.has_content:
            given["content"] = self.nodelist.render(context)
        assert context.template is not None
        return context.template.engine.get_template(self.template_name).render(context.new(given))


def _read(parser: Parser, token: Token) -> tuple[str, dict[str, FilterExpression]]:
    tag, *bits = token.split_contents()
    if not bits or not re.fullmatch(r"\"[a-z_/]+\"", bits[0]):
        raise TemplateSyntaxError(f'{tag} wants the name of a component first: {{% {tag} "card" %}}')
    name = bits.pop(0).strip('"')
    given = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(f"{tag} {name}: arguments are named, {bits[0]!r} is not")
    source = Engine.get_default().get_template(f"components/{name}.html").source
    declared = Declared(source).arguments
    if unknown := sorted(set(given) - set(declared)):
        raise TemplateSyntaxError(f"{tag} {name}: there is no argument {', '.join(unknown)}")
    if tag == "within" and "content" not in declared:
        raise TemplateSyntaxError(f"within {name}: this component has no content, so it is drawn by part")
    return name, given


@register.tag
def part(parser: Parser, token: Token) -> Part:
    """Draw a component: `{% part "button" label=_("Book a visit") href="/book/" icon="cal" %}`."""
    return Part(*_read(parser, token))


@register.tag
def within(parser: Parser, token: Token) -> Part:
    """Draw a component around what follows: `{% within "card" class="l-stack" %}…{% endwithin %}`."""
    name, given = _read(parser, token)
    nodelist = parser.parse(("endwithin",))
    parser.delete_first_token()
    return Part(name, given, nodelist)


@register.filter
def url(route: str, ref: object = None) -> str:
    """Return the address of a route, as the tag does: `"portal_office:case"|url:case.ref`."""
    return reverse(route, args=[] if ref is None else [ref])
