"""Markdown from outside as HTML that is safe to publish: CommonMark, no raw HTML, no images, links marked.

The time of the parser grows with the square of some characters, and a definition of a link can be used often: 40,000
brackets took 2.4 seconds, and 40 kB of text became 100 MB. A text beyond the bounds below, which no text for people
reaches, is shown as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: The elements of a text. The first two levels of headings belong to the page around it.
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}

#: The longest text that is read as Markdown, in characters; the longest form takes 40,000.
LENGTH_MOST = 50_000
#: Of each of these characters: links, tags and addresses are looked for from every one of them to the end.
SPECIAL_MOST = 1_000
_SPECIAL = "[]<("
#: Cells of a table: missing ones are filled in, so they can be more than were typed.
CELLS_MOST = 20_000
#: Lists and quotes in each other; the library's own default for CommonMark.
_DEPTH_MOST = 20

_READER = MarkdownIt("js-default", {"linkify": True, "typographer": False, "maxNesting": _DEPTH_MOST}).disable("image")


def is_bounded(text: str) -> bool:
    """Return whether a text is read as Markdown within a fixed number of steps."""
    if len(text) > LENGTH_MOST or any(text.count(character) > SPECIAL_MOST for character in _SPECIAL):
        return False
    lines = text.splitlines()
    return len(lines) * max((line.count("|") for line in lines), default=0) <= CELLS_MOST


def to_html(text: str) -> SafeString:
    """Return HTML without scripts, styles, images or ids.

    Headings begin at h3, below those of the page around the text; links carry rel="nofollow noopener".
    """
    return _written(text, _below_a_page, _TAGS)


def to_page(text: str, top: int) -> SafeString:
    """Return such HTML for a text that is the page itself: its headings begin at level `top`, and none skips one."""
    return _written(text, lambda tokens: _from_the_top(tokens, top), _TAGS | {"h2"})


def _written(text: str, level: Callable[[list[Token]], None], tags: set[str]) -> SafeString:
    tokens = _READER.parse(text) if is_bounded(text) else None
    if tokens is None or _address_length(tokens) > LENGTH_MOST:
        return SafeString(linebreaks(text, autoescape=True))
    level(tokens)
    html = _READER.renderer.render(tokens, _READER.options, {})
    cleaned = nh3.clean(
        str(html),
        tags=tags,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return SafeString(cleaned.strip())


def _below_a_page(tokens: list[Token]) -> None:
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)


def _from_the_top(tokens: list[Token], top: int) -> None:
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(outer for outer in above if outer < level), level]
        if token.type.startswith("heading_"):
            token.tag = f"h{min(top + len(above) - 1, 6)}"


def _address_length(tokens: list[Token]) -> int:
    """Return the characters of all addresses and titles of links, which a definition repeats as often as it is used."""
    links = (child for token in tokens for child in token.children or () if child.type == "link_open")
    return sum(len(str(value)) for link in links for value in link.attrs.values())
