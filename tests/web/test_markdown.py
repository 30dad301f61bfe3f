"""Markdown from outside becomes HTML that can do nothing but be read."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from django.utils.html import linebreaks

from web.markdown import LENGTH_MOST, SPECIAL_MOST, is_bounded, to_html, to_page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Use `teapot.pour()` **now**.", "<p>Use <code>teapot.pour()</code> <strong>now</strong>.</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("# Impact\n\n###### Deep", "<h3>Impact</h3>\n<h6>Deep</h6>"),
        ("Impact\n---", "<h4>Impact</h4>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<b onclick=x>b</b>", "<p>&lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        (
            "see https://python.org/x",
            '<p>see <a href="https://python.org/x" rel="nofollow noopener">https://python.org/x</a></p>',
        ),
        ("![x](/a.png)", '<p>!<a href="/a.png" rel="nofollow noopener">x</a></p>'),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("top", "levels"),
    [(2, [2, 3, 4, 3, 2, 3]), (3, [3, 4, 5, 4, 3, 4]), (5, [5, 6, 6, 6, 5, 6])],
)
def test_the_headings_of_a_page_begin_where_they_should_and_skip_none(top: int, levels: list[int]) -> None:
    html = to_page("## a\n\n#### b\n\n###### c\n\n### d\n\ne\n=\n\n## f\n\n<h1>g</h1>", top)
    assert html.split("\n") == [
        *(f"<h{level}>{name}</h{level}>" for level, name in zip(levels, "abcdef", strict=True)),
        "<p>&lt;h1&gt;g&lt;/h1&gt;</p>",
    ]


#: Texts of which each character makes the parser look far, repeat much or go deep.
SLOW = {
    "brackets": "[",
    "links in links": "[a](",
    "references": "[a][",
    "images": "![",
    "addresses": "http://a.co/(",
    "tags": "<![CDATA[",
    "lists": "- " * 50 + "a\n",
    "quotes": ">" * 90 + "a\n",
    "emphasis": "*a**",
    "rows": "a|b\n-|-\n" + "a|b\n" * 100,
    "columns": "a|" * 4_000 + "\n" + "-|" * 4_000 + "\n" + "x\n" * 4_000,
    "mail": "a@",
}


def calls_of(act: Callable[[], object]) -> int:
    """Count the functions that are called while `act` runs."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


def bounded(piece: str) -> str:
    """The longest text of `piece` that is read as Markdown."""
    text = (piece * LENGTH_MOST)[:LENGTH_MOST]
    while not is_bounded(text):
        text = text[: len(text) * 9 // 10]
    return text


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW)
def test_the_steps_of_a_text_are_bounded(piece: str) -> None:
    assert calls_of(lambda: to_html(bounded(piece))) < 100 * LENGTH_MOST


@pytest.mark.parametrize("piece", SLOW.values(), ids=SLOW)
def test_a_megabyte_of_anything_is_shown_as_it_was_typed(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert calls_of(lambda: to_html(text)) < 1_000
    assert to_html(text) == to_page(text, 3) == linebreaks(text, autoescape=True)


@pytest.mark.parametrize("character", "[]<(")
def test_a_text_with_very_many_of_a_special_character_is_shown_as_it_was_typed(character: str) -> None:
    text = "**a** " + character * SPECIAL_MOST
    assert to_html(text).startswith("<p><strong>a</strong>")
    assert to_html(text + character).startswith("<p>**a** ")


def test_a_definition_that_is_used_often_does_not_multiply_the_text() -> None:
    text = f"[a]: /{'x' * 30_000}\n\n" + "[a] " * 900
    assert (is_bounded(text), to_html(text)) == (True, linebreaks(text, autoescape=True))
    assert 'href="/x"' in to_html("[a]: /x\n\n" + "[a] " * 900)


def test_a_text_beyond_the_bounds_is_escaped() -> None:
    assert to_html("<script>" * 2_000).startswith("<p>&lt;script&gt;&lt;script&gt;")
