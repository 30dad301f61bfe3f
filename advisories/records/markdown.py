"""Markdown from outside as HTML that is safe to publish: CommonMark, no raw HTML, no images, links marked."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: What a description may consist of. The first two levels of headings belong to the page around it.
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}

_READER = MarkdownIt("js-default", {"linkify": True, "typographer": False}).disable("image")


def to_html(text: str) -> str:
    """Return HTML without scripts, styles, images or ids; headings begin at h3; links carry rel="nofollow noopener"."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    return _clean(tokens, _TAGS)


def to_page(text: str, top: int) -> str:
    """Return the HTML of a text that is the page itself: headings begin at `top`, and none skips a level."""
    tokens = _READER.parse(text)
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            above = [*(outer for outer in above if outer < level), level]
        if token.type.startswith("heading_"):
            token.tag = f"h{min(top + len(above) - 1, 6)}"
    return _clean(tokens, _TAGS | {"h2"})


def _clean(tokens: list[Token], tags: set[str]) -> str:
    html = _READER.renderer.render(tokens, _READER.options, {})
    return nh3.clean(
        str(html),
        tags=tags,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    ).strip()
