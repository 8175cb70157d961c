"""Load a clinic file: check everything, then change everything or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from wagtail.models import Page, Site

from cms.clinic_file.appointments import load_appointments
from cms.clinic_file.consistency import consistency_problems
from cms.clinic_file.entries import whole_file
from cms.clinic_file.format_problems import format_problems
from cms.clinic_file.places import (
    ensure_front_page,
    ensure_index_page,
    load_categories,
    load_clinic_settings,
    load_locations,
    load_partners,
    retire_unnamed_rooms,
)
from cms.clinic_file.problems import InvalidClinicFile, Problem, in_file_order
from cms.clinic_file.procedures import finish_procedures, open_procedures
from cms.clinic_file.providers import finish_providers, open_providers
from cms.clinic_file.reading import ClinicDocument
from cms.clinic_file.session import Change, Loading, Progress
from providers.models import ProviderIndexPage, ProviderPage
from services.models import ProcedureIndexPage, ProcedurePage

NO_SITE = Problem((), "there is no default site to load into: add one in the admin, under Settings, Sites")


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """`prune` unpublishes pages that the file does not name; `dry_run` takes everything back at the end."""

    prune: bool = False
    dry_run: bool = False


def load_clinic(
    *, document: ClinicDocument, options: LoadOptions, now: datetime, progress: Progress
) -> tuple[Change, ...]:
    """Return what was changed, in the order of the changes. Raises InvalidClinicFile with every problem."""
    found = [*document.problems, *format_problems(document.tree), *consistency_problems(document.tree)]
    loading = Loading(file=whole_file(document.tree), now=now, progress=progress, problems=found)
    with transaction.atomic():
        # Also the lock that makes a second load wait for this one.
        site = Site.objects.select_for_update(of=("self",)).filter(is_default_site=True).first()
        if site is None:
            raise InvalidClinicFile((NO_SITE,))
        load_everything(loading, site=site, prune=options.prune)
        if loading.problems or options.dry_run:
            transaction.set_rollback(True)
    if loading.problems:
        raise InvalidClinicFile(in_file_order(loading.problems))
    return tuple(loading.changes)


def load_everything(loading: Loading, *, site: Site, prune: bool) -> None:
    """Entries with problems are passed over, so that the models find those of the others in the same run."""
    home = ensure_front_page(site=site, title=loading.file.entry("clinic").text("name") or "Home")
    procedures = ensure_index_page(home=home, model=ProcedureIndexPage, title="Procedures", slug="procedures")
    providers = ensure_index_page(home=home, model=ProviderIndexPage, title="Providers", slug="providers")
    load_clinic_settings(loading, site=site)
    load_categories(loading)
    load_locations(loading)
    open_procedures(loading, index=procedures)
    open_providers(loading, index=providers)
    finish_procedures(loading)
    finish_providers(loading)
    load_partners(loading)
    load_appointments(loading)
    if prune:
        retire_unnamed_rooms(loading)
        unpublish_unnamed(loading, index=procedures, model=ProcedurePage, named=loading.procedures)
        unpublish_unnamed(loading, index=providers, model=ProviderPage, named=loading.providers)


def unpublish_unnamed(
    loading: Loading, *, index: Page, model: type[ProcedurePage] | type[ProviderPage], named: Collection[str]
) -> None:
    noun = "procedure" if model is ProcedurePage else "provider"
    for page in model.objects.child_of(index).live().exclude(slug__in=list(named)).order_by("path"):
        page.unpublish()
        loading.record(action="unpublished", noun=noun, name=page.slug)
