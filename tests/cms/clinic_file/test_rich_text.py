import pytest

from cms.clinic_file.rich_text import is_same_rich_text, read_rich_text
from cms.core.blocks import ARTICLE_FEATURES, TEXT_FEATURES


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("  \n ", ""),
        ("Plain text.", "<p>Plain text.</p>"),
        ("One\nline.\n\nTwo.", "<p>One line.</p><p>Two.</p>"),
        ("Salt & pepper, 1 < 2 &amp; so on", "<p>Salt &amp; pepper, 1 &lt; 2 &amp; so on</p>"),
        ("A <b>bold</b> word", "<p>A <b>bold</b> word</p>"),
        ("<p>A <strong>b</strong> <em>c</em></p>", "<p>A <b>b</b> <i>c</i></p>"),
        ("<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>", "<ul><li>One</li><li>Two</li></ul>"),
        ("<p>a<br>b</p><hr/>", "<p>a<br/>b</p><hr/>"),
        ('<p data-block-key="x1">a</p>', "<p>a</p>"),
        (
            '<p><a href="https://example.org/?a=1&b=2">x</a></p>',
            '<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>',
        ),
        ("<h3>Title</h3>", "<h3>Title</h3>"),
    ],
)
def test_rich_text_becomes_what_the_editor_stores(source: str, html: str) -> None:
    text = read_rich_text(source, features=ARTICLE_FEATURES)

    assert (text.html, text.refusals) == (html, ())
    assert read_rich_text(text.html, features=ARTICLE_FEATURES) == text


@pytest.mark.parametrize(
    ("source", "refusals"),
    [
        ("<h3>x</h3>", ("<h3> is not accepted here; use a, b, br, i, li, ol, p, ul",)),
        (
            "<p onclick='x()'>y</p>",
            ("the attribute onclick of <p> is not accepted",),
        ),
        (
            "<p><a href='javascript:x()'>y</a></p>",
            ("a link must lead to https://, http://, mailto:, tel: or a path of this site",),
        ),
        (
            "<p><a href='//evil.example'>y</a></p>",
            ("a link must lead to https://, http://, mailto:, tel: or a path of this site",),
        ),
        ("<p><b>x</p>", ("</p> does not close the tag before it", "<p> is not closed")),
        ("<p>x", ("<p> is not closed",)),
        ("<p>x</p></p>", ("</p> does not close the tag before it",)),
        ("<p>x</p><!-- y -->", ("comments are not accepted",)),
        ("<script>x</script>", ("<script> is not accepted here; use a, b, br, i, li, ol, p, ul",)),
    ],
)
def test_rich_text_beyond_the_editor_is_refused(source: str, refusals: tuple[str, ...]) -> None:
    assert read_rich_text(source, features=TEXT_FEATURES).refusals == refusals


def test_texts_are_the_same_but_for_block_keys() -> None:
    assert is_same_rich_text('<p data-block-key="a1">x</p>', "<p>x</p>")
    assert not is_same_rich_text("<p>x</p>", "<p>y</p>")
