"""The scripts and styles of the embeds. Versions are for ever; the loader names the newest."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cms.graphql.http_caching import chosen_coding, is_known
from cms.partners.assets import Asset, asset, loader

FOR_EVER = "public, max-age=31536000, immutable"
FOR_MINUTES = "public, max-age=300"


@require_safe
def embed_file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Serve a file of a version. Any page may load it, and check it by its published checksum."""
    found = asset(version, name)
    if found is None:
        raise Http404
    return _file_response(request, found, cache_control=FOR_EVER)


@require_safe
def embed_loader(request: HttpRequest) -> HttpResponse:
    return _file_response(request, loader(), cache_control=FOR_MINUTES)


def _file_response(request: HttpRequest, found: Asset, *, cache_control: str) -> HttpResponse:
    encoded = found.encoded[chosen_coding(request.headers.get("Accept-Encoding", ""))]
    if is_known(encoded, request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = HttpResponse(encoded.body, content_type=found.content_type)
        if encoded.coding != "identity":
            response["Content-Encoding"] = encoded.coding
    response["ETag"] = encoded.etag
    response["Cache-Control"] = cache_control
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
