"""The demo's front end and the page of its partner: files of examples/, served as any static host would."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import conditional_page, require_safe

from cms.graphql.answers import COMPRESS
from cms.graphql.http_caching import chosen_coding

EXAMPLES = Path(settings.BASE_DIR) / "examples"
FRONT_END = EXAMPLES / "front-end" / "dist"
PARTNER_PAGE = EXAMPLES / "partner-page"
# Where the partner's page expects the clinic.
WRITTEN_ORIGIN = b"http://localhost:8000"
# Two names of this machine: to browsers they are two sites, as a partner and the clinic are.
OTHER_NAME = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
PACKED = {".woff2"}
FRONT_END_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
]
PARTNER_POLICY = [
    "default-src 'none'",
    "script-src 'self' {clinic}",
    # The code that partners paste has `style` attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: {clinic}",
    "connect-src {clinic}",
    "frame-src {clinic}",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
]


@require_safe
@conditional_page
def front_end(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a built file, or the one page whose script shows what stands at `path`."""
    file = _file_in(FRONT_END, path)
    if file is None and Path(path).suffix:
        raise Http404
    response = _answer(request, file or FRONT_END / "index.html")
    response["Content-Security-Policy"] = "; ".join([*FRONT_END_POLICY, "frame-ancestors 'none'"])
    # Names of assets hold a hash of what is in them.
    is_asset = file is not None and file.parent.name == "assets"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_asset else "no-cache"
    return response


@require_safe
@xframe_options_sameorigin
def preview(request: HttpRequest) -> HttpResponse:
    """Serve the front end for a draft, the same for everybody; its script asks the API for the draft."""
    response = _answer(request, FRONT_END / "index.html")
    # The editor shows the page in its panel.
    response["Content-Security-Policy"] = "; ".join([*FRONT_END_POLICY, "frame-ancestors 'self'"])
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@conditional_page
def partner_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a site that embeds the clinic, which it reaches by the other name of this machine."""
    file = _file_in(PARTNER_PAGE, path or "index.html")
    if file is None or file.suffix not in CONTENT_TYPES:
        raise Http404
    name, colon, port = request.get_host().partition(":")
    clinic = f"{request.scheme}://{OTHER_NAME.get(name, name)}{colon}{port}"
    response = _answer(request, file, origin=clinic)
    response["Content-Security-Policy"] = "; ".join(PARTNER_POLICY).format(clinic=clinic)
    response["Cache-Control"] = "no-cache"
    return response


def _file_in(folder: Path, path: str) -> Path | None:
    """Return the file of the folder that is named exactly so: nothing beside the folder has such a name."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return files.get(path)


def _answer(request: HttpRequest, file: Path, *, origin: str = "") -> HttpResponse:
    if not file.is_file():
        raise Http404(f"{file.name} is missing: run `npm ci && npm run build` in examples/front-end.")
    accepted = request.headers.get("Accept-Encoding", "")
    coding = "identity" if file.suffix in PACKED else chosen_coding(accepted)
    body = _encoded(file, file.stat().st_mtime_ns, coding, origin)
    response = HttpResponse(body, content_type=CONTENT_TYPES[file.suffix])
    if coding != "identity":
        response["Content-Encoding"] = coding
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@lru_cache(maxsize=128)
def _encoded(file: Path, changed_at: int, coding: str, origin: str) -> bytes:
    """`changed_at` is there for a file that is built again."""
    body = file.read_bytes()
    if origin:
        body = body.replace(WRITTEN_ORIGIN, origin.encode())
    return COMPRESS[coding](body)
