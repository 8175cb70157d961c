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
from cms.delivery.queries import document_text
from cms.demo import views as demo_views
from cms.graphql.view import graphql_view
from cms.schema import schema

urlpatterns = [
    path(
        "graphql/",
        graphql_view(schema, stored_documents=document_text, answers=Answers()),
        name="graphql",
    ),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("graphiql/", views.graphiql, name="graphiql"),
]
if not settings.IS_PRODUCTION:
    urlpatterns.append(path("demo/preview/", demo_views.preview, name="demo_preview"))
    # Production serves media from its web server or object store.
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}))
urlpatterns.append(path("", include(wagtail_urls)))
