"""A clinic in which everything exists twice: once for the public, and once in every way of being hidden.

Every text of every thing holds a mark of its own. The marks of what the public may read are `shown`, all
others are `secret`; what is public refers to what is hidden in every way in which things refer to others.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import Any

import PIL.Image
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.core.models import ClinicDocument, ClinicImage, ClinicSettings, HomePage, NavigationMenu
from cms.graphql.image_presets import PRESETS
from cms.partners.models import Partner
from providers.models import MedicalReview, Offering, ProviderIndexPage, ProviderPage
from schedules.models import Location
from services.models import ProcedureCategory, ProcedureIndexPage, ProcedurePage
from tests import factories
from tests.hiding import unpublish
from tests.translating import translate

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
SOON = datetime(2027, 3, 2, tzinfo=UTC)
JUST_NOW = datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
REVIEWED_ON = "2027-02-01"


@dataclass
class Marks:
    """Texts that occur once in the world. All that were given out are kept by whether they may be seen."""

    shown: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def show(self) -> str:
        self.shown.append(f"shown{next(self._numbers)}x")
        return self.shown[-1]

    def hide(self) -> str:
        self.secret.append(f"secret{next(self._numbers)}x")
        return self.secret[-1]


Mark = Callable[[], str]


@dataclass
class Files:
    images: list[ClinicImage]
    documents: list[ClinicDocument]


@dataclass
class MarkedClinic:
    """What the tests need to know of the world, and the world's parts while it is built."""

    marks: Marks
    site: Site
    shown_files: Files
    secret_files: Files
    hidden_procedures: dict[str, ProcedurePage] = field(default_factory=dict)
    hidden_providers: dict[str, ProviderPage] = field(default_factory=dict)
    hidden_others: dict[str, Page] = field(default_factory=dict)
    procedures: list[ProcedurePage] = field(default_factory=list)
    providers: list[ProviderPage] = field(default_factory=list)
    location: Location = field(init=False)
    # The key of one who may show everything that is public.
    partner: str = "gym"
    redirects: dict[str, bool] = field(default_factory=dict)

    @property
    def indexes(self) -> list[Page]:
        below = self.site.root_page.get_children().live().public()
        return [page for page in below if page.specific_class in (ProcedureIndexPage, ProviderIndexPage)]

    @property
    def hidden_pages(self) -> dict[str, Page]:
        procedures = {f"procedure, {way}": page for way, page in self.hidden_procedures.items()}
        providers = {f"provider, {way}": page for way, page in self.hidden_providers.items()}
        return procedures | providers | self.hidden_others


def make_marked_clinic() -> MarkedClinic:
    marks = Marks()
    clinic = MarkedClinic(
        marks=marks,
        site=factories.make_site(),
        shown_files=_files(marks.show, title=marks.hide, collections=[Collection.get_first_root_node()]),
        secret_files=_files(marks.hide, title=marks.hide, collections=_private_collections(marks)),
    )
    _add_location(clinic)
    Partner.objects.create(slug=clinic.partner, name=marks.hide(), contact_name=marks.hide())
    _add_hidden_pages(clinic)
    _add_public_pages(clinic)
    _add_hidden_offerings(clinic)
    _add_menus(clinic)
    _add_redirects(clinic)
    _add_staff_notes(clinic)
    return clinic


# Files --------------------------------------------------------------------------------------------


def _private_collections(marks: Marks) -> list[Collection]:
    """Return a private collection of each kind, and one below each."""
    root, found = Collection.get_first_root_node(), []
    for kind in ("login", "password", "groups"):
        private = root.add_child(name=f"Private {marks.hide()}")
        CollectionViewRestriction.objects.create(
            collection=private, restriction_type=kind, password=marks.hide()
        )
        found += [private, private.add_child(name=f"Below {marks.hide()}")]
    return found


def _files(mark: Mark, *, title: Mark, collections: Sequence[Collection]) -> Files:
    """An image's title and tags are for editors: only its description is ever served."""
    files = Files(images=[], documents=[])
    for collection in collections:
        image = ClinicImage.objects.create(
            title=title(),
            description=mark(),
            file=_picture(f"{mark()}.png"),
            collection=collection,
            focal_point_x=32,
            focal_point_y=24,
            focal_point_width=8,
            focal_point_height=8,
        )
        image.tags.add(title())
        # Past saving, which would make another one.
        ClinicImage.objects.filter(pk=image.pk).update(placeholder=f"data:,{mark()}")
        image.get_rendition(PRESETS["HERO"].specs[0])
        files.images.append(image)
        document = ClinicDocument(title=title(), collection=collection)
        document.file.save(f"{mark()}.pdf", ContentFile(b"%PDF"))
        files.documents.append(document)
    return files


def _picture(name: str) -> ImageFile:
    content = BytesIO()
    PIL.Image.new("RGB", (64, 48), "teal").save(content, "PNG")
    return ImageFile(BytesIO(content.getvalue()), name=name)


# Texts of pages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pen:
    """What a page is filled with. `alt` marks the descriptions of its pictures, which may be hidden alone."""

    text: Mark
    alt: Mark
    image: ClinicImage
    links: str = ""

    def page(self) -> dict[str, Any]:
        return {
            "slug": self.text(),
            "seo_title": self.text(),
            "search_description": self.text(),
            "social_image": self.image,
        }

    def html(self) -> str:
        return f"<p>{self.text()}</p>{self.links}"

    def body(self) -> str:
        picture = {"image": self.image.pk, "decorative": False, "alt_text": self.alt()}
        return self._stream(
            heading={"text": self.text()},
            paragraph={"content": self.html()},
            picture={"image": picture, "caption": self.text()},
            quote={"text": self.text(), "attribution": self.text()},
            callout={"tone": "note", "title": self.text(), "content": self.html()},
        )

    def _stream(self, **values: dict[str, Any]) -> str:
        return json.dumps([{"type": n, "value": value, "id": self.text()} for n, value in values.items()])

    def procedure(self) -> dict[str, Any]:
        told = {"description": self.html()}
        return self.page() | {
            "summary": self.text(),
            "also_known_as": [self.text()],
            "hero_image": self.image,
            "introduction": self.html(),
            "how_it_works": self.html(),
            "aftercare": self.html(),
            "downtime": self.text(),
            "duration_minutes_min": 30,
            "duration_minutes_max": 60,
            "what_to_expect": self._stream(step={"phase": "before", "title": self.text(), **told}),
            "benefits": self._stream(benefit={"title": self.text(), "icon": self.image.pk, **told}),
            "risks": self._stream(
                risk={"title": self.text(), "severity": "minor", "likelihood": "common", **told}
            ),
            "faqs": self._stream(faq={"question": self.text(), "answer": self.html()}),
            "body": self.body(),
        }

    def provider(self) -> dict[str, Any]:
        return self.page() | {
            "honorific": self.text()[:20],
            "credentials": [self.text()],
            "specialties": [self.text()],
            "languages": [self.text()[:12]],
            "biography": self.html(),
            "photo": self.image,
        }

    def home(self) -> dict[str, Any]:
        texts = {"title": self.text(), "headline": self.text(), "introduction": self.html()}
        return self.page() | texts | {"hero_image": self.image, "body": self.body()}

    def index(self) -> dict[str, Any]:
        return self.page() | {"title": self.text(), "introduction": self.html()}


def _links(pages: Sequence[Page], *files: Files) -> str:
    """Return a paragraph that links to everything. The words of a link stay, whatever becomes of it."""
    links = [f'<a linktype="page" id="{page.pk}">link</a>' for page in pages]
    for group in files:
        links += [f'<a linktype="document" id="{each.pk}">file</a>' for each in group.documents]
        links += [f'<embed embedtype="image" id="{each.pk}" format="left"/>' for each in group.images]
    return f"<p>{' '.join(links)}</p>"


# Ways to hide a page ------------------------------------------------------------------------------


def _schedule(page: Page) -> None:
    unpublish(page)
    page = Page.objects.get(pk=page.pk).specific
    page.go_live_at = SOON
    page.save_revision().publish()


def _let_expire(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=JUST_NOW)


def _restrict(kind: str, **fields: Any) -> Callable[[Page], None]:
    def restrict_page(page: Page) -> None:
        restriction = PageViewRestriction.objects.create(
            page_id=page.pk, restriction_type=kind, password="secret-password"
        )
        if kind == PageViewRestriction.GROUPS:
            restriction.groups.add(Group.objects.first())

    return restrict_page


def _below_restricted(page: Page) -> None:
    parent = Page.objects.get(pk=page.pk).get_parent().specific
    title = f"secret {parent.title}"
    above = parent.get_parent().add_child(instance=type(parent)(title=title, slug=f"secret-{page.slug}"))
    _restrict(PageViewRestriction.LOGIN)(above)
    Page.objects.get(pk=page.pk).move(above, pos="last-child")


def _on_another_site(page: Page) -> None:
    other = Site.objects.get(hostname=OTHER_HOST)
    Page.objects.get(pk=page.pk).move(other.root_page, pos="last-child")


OTHER_HOST = "127.0.0.1"
WAYS: dict[str, Callable[[Page], None]] = {
    "unpublished": unpublish,
    "scheduled": _schedule,
    "expired": _let_expire,
    "for users": _restrict(PageViewRestriction.LOGIN),
    "for those with a password": _restrict(PageViewRestriction.PASSWORD),
    "for a group": _restrict(PageViewRestriction.GROUPS),
    "below a restricted page": _below_restricted,
    "of another site": _on_another_site,
}

# Pages --------------------------------------------------------------------------------------------


def _add_location(clinic: MarkedClinic) -> None:
    show = clinic.marks.show
    clinic.location = factories.make_location(
        name=show(),
        slug=show(),
        phone=show(),
        street=show(),
        city=show(),
        region=show(),
        postal_code=show(),
        country=show(),
        latitude="39.739200",
        longitude="-104.990300",
    )


def _add_hidden_pages(clinic: MarkedClinic) -> None:
    """Hidden pages are published first and hidden then: their rows hold all that publishing wrote."""
    hide = clinic.marks.hide
    pen = Pen(text=hide, alt=hide, image=clinic.secret_files.images[0], links=_links((), clinic.secret_files))
    _add_other_site(clinic, pen)
    category = ProcedureCategory.objects.create(name=hide(), slug=hide())
    for way, hide_page in WAYS.items():
        procedure = factories.make_procedure(title=f"A {hide()}", category=category, **pen.procedure())
        provider = factories.make_provider(name=f"A {hide()}", offers=[procedure], **pen.provider())
        factories.make_rule(provider=provider, location=clinic.location, procedures=[procedure])
        hide_page(procedure)
        hide_page(provider)
        clinic.hidden_procedures[way], clinic.hidden_providers[way] = procedure, provider
    _never_published(clinic, pen)


def _never_published(clinic: MarkedClinic, pen: Pen) -> None:
    hide, home = clinic.marks.hide, clinic.site.root_page
    clinic.hidden_procedures["draft"] = factories.make_procedure(
        title=f"A {hide()}", live=False, **pen.procedure()
    )
    clinic.hidden_providers["draft"] = factories.make_provider(
        name=f"A {hide()}", live=False, **pen.provider()
    )
    for model in (ProcedureIndexPage, ProviderIndexPage):
        page = home.add_child(instance=model(live=False, **pen.index()))
        clinic.hidden_others[f"{model.__name__}, draft"] = page


def _add_other_site(clinic: MarkedClinic, pen: Pen) -> None:
    hide = clinic.marks.hide
    home = Page.objects.get(depth=1).add_child(instance=HomePage(**pen.home()))
    other = Site.objects.create(hostname=OTHER_HOST, root_page=home, site_name=hide())
    texts = {"name": hide(), "welcome": hide(), "phone": hide(), "email": f"{hide()}@example.com"}
    ClinicSettings.objects.create(site=other, opening_statement=hide(), languages=[hide()[:12]], **texts)
    clinic.hidden_others["home of another site"] = home
    clinic.hidden_others["root"] = Page.objects.get(depth=1)


def _add_public_pages(clinic: MarkedClinic) -> None:
    """Publish an article for each hidden provider, which names them as its reviewer, and one for none."""
    show, hide = clinic.marks.show, clinic.marks.hide
    links = _links(list(clinic.hidden_pages.values()), clinic.secret_files, clinic.shown_files)
    category = ProcedureCategory.objects.create(name=show(), slug=show())
    for place, reviewer in enumerate([*clinic.hidden_providers.values(), None]):
        image = clinic.secret_files.images[place % len(clinic.secret_files.images)]
        pen = Pen(text=show, alt=hide, image=image, links=links)
        if reviewer is None:
            pen = Pen(text=show, alt=show, image=clinic.shown_files.images[0], links=links)
        page = factories.make_procedure(title=f"B {show()}", category=category, **pen.procedure())
        MedicalReview.objects.create(page=page, reviewed_on=REVIEWED_ON, reviewed_by=reviewer)
        clinic.procedures.append(page)
    _add_public_providers(clinic, links)
    _fill_upper_pages(clinic, links)
    _translate(clinic)
    _draft_changes(clinic)


def _add_public_providers(clinic: MarkedClinic, links: str) -> None:
    show, hide = clinic.marks.show, clinic.marks.hide
    shown = Pen(text=show, alt=show, image=clinic.shown_files.images[0], links=links)
    half_shown = Pen(text=show, alt=hide, image=clinic.secret_files.images[0], links=links)
    offers = [clinic.procedures[-1], *clinic.hidden_procedures.values()]
    for pen in (shown, half_shown):
        provider = factories.make_provider(name=f"B {show()}", offers=offers, **pen.provider())
        factories.make_rule(
            provider=provider,
            location=clinic.location,
            valid_until=factories.RULES_START_ON.replace(year=2029),
        )
        clinic.providers.append(provider)
    MedicalReview.objects.filter(page=clinic.procedures[-1]).update(reviewed_by=clinic.providers[0])


def _fill_upper_pages(clinic: MarkedClinic, links: str) -> None:
    show = clinic.marks.show
    pen = Pen(text=show, alt=show, image=clinic.shown_files.images[0], links=links)
    # The paths of all public pages begin with these slugs, and readers meet them there.
    _change(clinic.site.root_page.specific, pen.home())
    _change(ProcedureIndexPage.objects.get(slug="procedures"), pen.index())
    _change(ProviderIndexPage.objects.get(slug="providers"), pen.index())
    ClinicSettings.objects.filter(site=clinic.site).update(
        name=show(),
        welcome=show(),
        phone=show(),
        email=f"{show()}@example.com",
        languages=[show()[:12]],
        opening_statement=show(),
    )


def _change(page: Page, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def _translate(clinic: MarkedClinic) -> None:
    """Translate one page of each type for the public, and for nobody yet two more."""
    show, hide = clinic.marks.show, clinic.marks.hide
    translate(clinic.procedures[-1], title=show(), slug=show())
    translate(clinic.providers[0], name=show(), slug=show())
    drafts = [translate(page, live=False) for page in (clinic.procedures[0], clinic.providers[1])]
    for page in drafts:
        Page.objects.filter(pk=page.pk).update(title=hide(), slug=hide())
    clinic.hidden_others |= {f"{type(page).__name__}, draft of a translation": page for page in drafts}


def _draft_changes(clinic: MarkedClinic) -> None:
    """Leave changes of public pages unpublished, in every text."""
    hide = clinic.marks.hide
    pen = Pen(text=hide, alt=hide, image=clinic.secret_files.images[0])
    drafts = [
        (clinic.procedures[-1], pen.procedure() | {"title": hide()}),
        (clinic.providers[0], pen.provider() | {"name": hide()}),
        (clinic.site.root_page, pen.home()),
    ]
    for public, values in drafts:
        page = Page.objects.get(pk=public.pk).specific
        for name, value in values.items():
            setattr(page, name, value)
        page.save_revision()


def _add_hidden_offerings(clinic: MarkedClinic) -> None:
    """Hidden providers offer what is public, at hours of their own."""
    for provider in clinic.hidden_providers.values():
        Offering.objects.create(page=provider, procedure=clinic.procedures[-1])


# What refers to pages -----------------------------------------------------------------------------


def _add_menus(clinic: MarkedClinic) -> None:
    show, hide = clinic.marks.show, clinic.marks.hide
    public = [*clinic.procedures[-2:], *clinic.providers[-1:], clinic.site.root_page]
    shown = [{"title": show(), "page": page.pk} for page in public]
    secret = [{"title": hide(), "page": page.pk} for page in clinic.hidden_pages.values()]
    address = {"title": show(), "page": None, "url": f"https://example.com/{show()}"}
    entries = [
        *({**entry, "children": [*secret, *shown]} for entry in shown),
        *({**entry, "children": shown} for entry in secret),
        {"title": show(), "page": None, "children": [*secret, address, *shown]},
    ]
    for site, items in ((clinic.site, entries), (Site.objects.get(hostname=OTHER_HOST), secret)):
        NavigationMenu.objects.create(site=site, handle="main", items=json.dumps(_items(items)))


def _items(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def value(entry: dict[str, Any]) -> dict[str, Any]:
        below = [{"type": "item", "value": value(each)} for each in entry.get("children", ())]
        return {"url": "", **entry, "children": below}

    return [{"type": "item", "value": value(entry)} for entry in entries]


def _add_redirects(clinic: MarkedClinic) -> None:
    """Keep for each old path whether it leads somewhere."""
    targets = [(page, False) for page in clinic.hidden_pages.values()]
    targets += [(page, True) for page in clinic.procedures[-1:]]
    for number, (page, leads) in enumerate(targets):
        Redirect.objects.create(old_path=f"/old-{number}", redirect_page_id=page.pk, is_permanent=True)
        clinic.redirects[f"/old-{number}"] = leads
    Redirect.objects.create(old_path="/away", redirect_link=f"https://example.com/{clinic.marks.show()}")
    clinic.redirects["/away"] = True
    other = Site.objects.get(hostname=OTHER_HOST)
    link = f"https://example.com/{clinic.marks.hide()}"
    Redirect.objects.create(old_path="/elsewhere", site=other, redirect_link=link)
    clinic.redirects["/elsewhere"] = False


def _add_staff_notes(clinic: MarkedClinic) -> None:
    """Write what staff keep for themselves about public things."""
    hide, provider, location = clinic.marks.hide, clinic.providers[0], clinic.location
    owner = factories.make_staff(username=hide(), email=f"{hide()}@example.com", first_name=hide())
    Page.objects.update(owner=owner)
    away = datetime(2027, 5, 4, tzinfo=UTC)
    factories.make_room(location=location, name=hide())
    factories.make_closure(starts_on=away.date(), label=hide(), location=location)
    factories.make_exception(provider=provider, starts_on=away.date(), label=hide())
    factories.make_appointment(
        procedure=clinic.procedures[-1],
        provider=provider,
        location=location,
        starts_at=datetime(2027, 4, 6, 16, tzinfo=UTC),
        patient_name=hide(),
        note=hide(),
        reference=hide(),
    )
