"""The addresses of the site."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms import views
from cms.core import health
from cms.delivery.answers import Answers
from cms.demo import views as demo_views
from cms.graphql.view import graphql_view
from cms.partners.queries import PartnerOrigins, document_text, source_called
from cms.partners.views.article import article_content, article_page
from cms.partners.views.booking import booking_page
from cms.partners.views.files import embed_file, embed_loader
from cms.partners.views.oembed import oembed
from cms.schema import schema

answers = Answers()
urlpatterns = [
    path(
        "graphql/",
        graphql_view(
            schema,
            stored_documents=document_text,
            answers=answers,
            more_origins=PartnerOrigins(),
            source_of=source_called,
        ),
        name="graphql",
    ),
    path("embed/loader.js", embed_loader, name="embed_loader"),
    re_path(r"^embed/(?P<version>\d+\.\d+\.\d+)/(?P<name>[\w.-]+)$", embed_file, name="embed_file"),
    path("embed/<str:key>/procedures/<str:slug>/", article_page(answers), name="embed_article"),
    path(
        "embed/<str:key>/procedures/<str:slug>/content.json", article_content(answers), name="embed_content"
    ),
    path("embed/<str:key>/booking/", booking_page(answers), name="embed_booking"),
    path("oembed", oembed, name="oembed"),
    path("oembed/", oembed),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("cms.feeds.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("graphiql/", views.graphiql, name="graphiql"),
]
if not settings.IS_PRODUCTION:
    urlpatterns += [
        path("demo/preview/", demo_views.preview, name="demo_preview"),
        re_path(r"^demo/partner/(?P<path>.*)$", demo_views.partner_page, name="demo_partner"),
        re_path(r"^demo/(?P<path>.*)$", demo_views.front_end, name="demo"),
    ]
    # Production serves media from its web server or object store.
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}))
urlpatterns.append(path("", include(wagtail_urls)))
