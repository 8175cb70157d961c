"""What every resolver may read about the request, as `info.context`."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from wagtail.models import Site

from cms.graphql.batches import Batches


@dataclass(eq=False)
class GraphQLContext:
    """One request. `now` is read once at the edge; `viewer` comes from a bearer token and is None for the
    public."""

    request: HttpRequest
    now: datetime
    viewer: AbstractBaseUser | None = None
    # Unique per request; also in the X-Request-Id header and in every error.
    request_id: str = ""
    # time.monotonic() after which no further field is resolved; None for mutations.
    deadline: float | None = None
    batches: Batches = field(default_factory=Batches)

    @cached_property
    def site(self) -> Site | None:
        """The Wagtail site of the host asked for, its root page included. Runs one query, on first use."""
        return Site.find_for_request(self.request)

    @cached_property
    def base_url(self) -> str:
        """Scheme and host of this API, without a slash at the end; what media addresses begin with."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @cached_property
    def frontend_url(self) -> str:
        """Scheme and host of the front end, without a slash at the end; what page addresses begin with."""
        return settings.FRONTEND_BASE_URL or self.base_url
