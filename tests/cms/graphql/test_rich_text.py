from dataclasses import dataclass
from html.parser import HTMLParser

import graphene
import pytest
from django.core.files.base import ContentFile
from pytest_django import DjangoAssertNumQueries
from wagtail.documents import get_document_model

from cms.graphql.rich_text import ALLOWED_TAGS, RichText, RichTextSource, clean_html
from tests.cms.graphql.world import (
    add_collection,
    add_page,
    context,
    data,
    restrict,
    restrict_collection,
    run,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    '<embed embedtype="media" url="https://evil.example/"/>',
    '<embed embedtype="image" id="1" format="left" alt="x"/>',
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='jAvAsCrIpT:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='https://ok.example' onclick=alert(1)>x</a>",
    "<a href='https://ok.example' style='background:url(javascript:alert(1))'>x</a>",
    '<a linktype="page" id="1" onmouseover="alert(1)">x</a>',
    '<a linktype="page" id="1&quot; onmouseover=&quot;alert(1)">x</a>',
    '<a linktype="page" id=\'1\' href="javascript:alert(1)">x</a>',
    "<a linktype='page' id='1' href='javascript:alert(1)'>x</a>",
    '<a linktype="external" href="javascript:alert(1)">x</a>',
    "<p style='position:fixed'>x</p>",
    "<p onclick=alert(1)>x</p>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=q><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<<script>alert(1)//<</script>",
    "<p><a href='https://ok.example'>a<a href='javascript:alert(1)'>b</a></a></p>",
    "<a>x<img src=x onerror=alert(1)></a>",
    "<xss style='behavior:url(x)'>x</xss>",
    "<b <script>alert(1)</script>0",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if (tag, name) != ("a", "href") or not (value or "").startswith(("https://ok.example", "/")):
                self.found.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markup_is_inert(source: str) -> None:
    reader = Reader()
    reader.feed(clean_html(source, links={("page", 1): "/a/"}))
    reader.close()
    assert reader.found == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<p>Plain &amp; <b>bold</b></p>", "<p>Plain &amp; <b>bold</b></p>"),
        ('<p><a linktype="page" id="1">one</a></p>', '<p><a href="/one/">one</a></p>'),
        ('<p><a linktype="page" id="2">two</a> stays</p>', "<p>two stays</p>"),
        ('<p><a id="2" linktype="document">file</a></p>', '<p><a href="/f?a=1&amp;b=2">file</a></p>'),
        ('<p><a linktype="page" id="99999999999">x</a></p>', "<p>x</p>"),
        ('<p><a linktype="page" id="²">x</a></p>', "<p>x</p>"),
        ('<p><a linktype="unknown" id="1">x</a></p>', "<p>x</p>"),
        (
            '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>',
            '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>',
        ),
        (
            '<a href="mailto:a@b.example">m</a><a href="tel:+1">t</a>',
            '<a href="mailto:a@b.example">m</a><a href="tel:+1">t</a>',
        ),
        ('<p>a</p><embed embedtype="image" id="1" alt="x" format="left"/><p>b</p>', "<p>a</p><p>b</p>"),
        ("", ""),
    ],
)
def test_clean_html(source: str, html: str) -> None:
    links = {("page", 1): "/one/", ("document", 2): "/f?a=1&b=2"}
    assert clean_html(source, links=links) == html


@dataclass(frozen=True, slots=True)
class ArticleRow:
    text: RichTextSource


class Article(graphene.ObjectType):
    text = graphene.Field(graphene.NonNull(RichText))


def article_schema(*texts: str) -> graphene.Schema:
    rows = [ArticleRow(RichTextSource(text)) for text in texts]

    class Query(graphene.ObjectType):
        articles = graphene.List(graphene.NonNull(Article))

        @staticmethod
        def resolve_articles(root: None, info: graphene.ResolveInfo) -> list[ArticleRow]:
            info.context.batches.add(row.text for row in rows)
            return rows

    return graphene.Schema(query=Query)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3, 20])
def test_links_of_a_list_cost_one_query_of_each_kind(
    django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    page = add_page("Aftercare")
    restricted = add_collection("Restricted")
    restrict_collection(restricted)
    documents = [
        get_document_model().objects.create(
            title=name, file=ContentFile(b"%PDF", name=f"{name}.pdf"), **fields
        )
        for name, fields in {"open": {}, "closed": {"collection": restricted}}.items()
    ]
    source = (
        f'<p><a linktype="page" id="{page.pk}">page</a> '
        f'<a linktype="document" id="{documents[0].pk}">open</a> '
        f'<a linktype="document" id="{documents[1].pk}">closed</a></p>'
    )
    given = context()
    assert given.site is not None

    with django_assert_num_queries(2):
        result = data(
            run(article_schema(*[source] * count), "{ articles { text { html text } } }", given=given)
        )

    assert result == {
        "articles": [
            {
                "text": {
                    "html": '<p><a href="/aftercare/">page</a> '
                    f'<a href="http://testserver/documents/{documents[0].pk}/open.pdf">open</a> closed</p>',
                    "text": "page open closed",
                }
            }
        ]
        * count
    }


@pytest.mark.django_db
def test_links_to_pages_that_are_not_public_lose_their_address() -> None:
    draft, closed = add_page("Draft", live=False), add_page("Closed")
    restrict(closed)
    source = "".join(f'<a linktype="page" id="{page.pk}">{page.title}</a>' for page in (draft, closed))

    assert data(run(article_schema(source), "{ articles { text { html } } }")) == {
        "articles": [{"text": {"html": "DraftClosed"}}]
    }


def test_text_without_links_runs_no_queries() -> None:
    schema = article_schema("<p>One</p><ul><li>two</li><li>three &amp; four</li></ul><script>x</script>")
    assert data(run(schema, "{ articles { text { html text } } }")) == {
        "articles": [
            {
                "text": {
                    "html": "<p>One</p><ul><li>two</li><li>three &amp; four</li></ul>",
                    "text": "One two three & four",
                }
            }
        ]
    }


def test_sources_are_compared_by_identity() -> None:
    assert RichTextSource("x") != RichTextSource("x")
