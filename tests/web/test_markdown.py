"""Markdown from outside becomes HTML that can do nothing but be read."""

import pytest

from web.markdown import to_html, to_page


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
