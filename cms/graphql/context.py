"""What every resolver may read about the request, as `info.context`."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from cms.graphql.batches import Batches
from cms.graphql.errors import BadInput
from cms.graphql.sites import ServedSite, site_of


@dataclass(eq=False)
class GraphQLContext:
    """One request. `now` is read once at the edge; `viewer` comes from a bearer token and is None for the
    public."""

    request: HttpRequest
    now: datetime
    viewer: AbstractBaseUser | None = None
    # Unique per request; also in the X-Request-Id header and in every error.
    request_id: str = ""
    # What visits are marked with that this request books; empty where it comes through nobody.
    source: str = ""
    # time.monotonic() after which no further field is resolved; None for mutations.
    deadline: float | None = None
    batches: Batches = field(default_factory=Batches)
    # Whether the answer is for this client alone.
    is_private: bool = False
    # The instant from which time alone may change the answer.
    expires_at: datetime | None = None
    # Closed by the view once everything is resolved, whatever happened.
    cleanup: ExitStack = field(default_factory=ExitStack)
    # What the answer tells beside its data, as `extensions`.
    extensions: dict[str, Any] = field(default_factory=dict)
    # The draft that this request shows, set by cms.previews.
    preview: Any = None

    def make_private(self) -> None:
        """Keep the answer out of every cache: it shows what not everybody may see."""
        self.is_private = True

    def fresh_until(self, instant: datetime) -> None:
        """Keep the answer no longer than until `instant`; the earliest one counts."""
        if self.expires_at is None or instant < self.expires_at:
            self.expires_at = instant

    @cached_property
    def site(self) -> ServedSite | None:
        """The site of the host asked for, with the roots of its locales. Runs one query, on first use."""
        return site_of(self.request)

    def site_in(self, locale: str | None) -> ServedSite | None:
        """Return the site with the pages of one locale alone, the default one where none is given.

        Raises BadInput where the site has no such locale."""
        if self.site is None:
            return None
        root = self.site.default_root if locale is None else self.site.root_in(locale)
        if root is None:
            codes = ", ".join(each.locale for each in self.site.roots)
            raise BadInput(f"The site has no pages in this locale. It has {codes}.", "locale")
        return self.site.only(root)

    @cached_property
    def base_url(self) -> str:
        """Scheme and host of this API, without a slash at the end; what media addresses begin with."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @cached_property
    def frontend_url(self) -> str:
        """Scheme and host of the front end, without a slash at the end; what page addresses begin with."""
        return settings.FRONTEND_BASE_URL or self.base_url
