"""Every way in which a page or an image is kept from the public."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import PIL.Image
from django.core.files.images import ImageFile
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.core.models import ClinicImage, HomePage
from tests.factories import make_site

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def unpublish(page: Page) -> None:
    Page.objects.get(pk=page.pk).unpublish()


def let_expire(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=LONG_AGO)


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)


def restrict_parent(page: Page) -> None:
    restrict(Page.objects.get(pk=page.pk).get_parent())


def move_to_another_site(page: Page) -> None:
    Page.objects.get(pk=page.pk).move(make_other_site().root_page, pos="last-child")


WAYS_TO_HIDE: dict[str, Callable[[Page], None]] = {
    "draft": unpublish,
    "expired": let_expire,
    "restricted": restrict,
    "below a restricted page": restrict_parent,
    "of another site": move_to_another_site,
}


def make_other_site() -> Site:
    make_site()
    root = Page.objects.get(depth=1).add_child(instance=HomePage(title="Other clinic", slug="other"))
    return Site.objects.create(hostname="127.0.0.1", root_page=root, site_name="Other clinic")


def make_image(title: str = "Treatment room") -> ClinicImage:
    content = BytesIO()
    PIL.Image.new("RGB", (64, 48), "teal").save(content, "PNG")
    content.seek(0)
    return ClinicImage.objects.create(
        title=title, description=title, file=ImageFile(content, name="picture.png")
    )


def restrict_image(image: ClinicImage) -> None:
    """Move it below a restricted collection."""
    above = Collection.get_first_root_node().add_child(name="For staff")
    CollectionViewRestriction.objects.create(collection=above, restriction_type="login")
    image.collection = above.add_child(name="Drafts")
    image.save()
