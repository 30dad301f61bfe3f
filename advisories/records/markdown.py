"""Markdown from outside as HTML that is safe to publish: CommonMark, no raw HTML, no images, links marked."""

import nh3
from markdown_it import MarkdownIt

#: What a description may consist of. The first two levels of headings belong to the page around it.
_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6"}

_READER = MarkdownIt("js-default", {"linkify": True, "typographer": False}).disable("image")


def to_html(text: str) -> str:
    """HTML without scripts, styles, images or ids; headings begin at h3; links carry rel="nofollow noopener"."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.tag = _LEVELS.get(token.tag, token.tag)
    html = _READER.renderer.render(tokens, _READER.options, {})
    return nh3.clean(
        str(html),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    ).strip()
