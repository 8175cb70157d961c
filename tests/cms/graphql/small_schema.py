"""A schema of planets and their moons, to try the floor without any app."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from django.contrib.auth import get_user_model
from django.db import connection
from django.urls import path

from cms.graphql.errors import BadInput
from cms.graphql.limits import declare_cost
from cms.graphql.pagination import Connection, connection_field, connection_type, paginate_rows
from cms.graphql.selection import selected_fields
from cms.graphql.types import Date, DateTime
from cms.graphql.view import graphql_view


@dataclass(frozen=True, slots=True)
class MoonRow:
    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class PlanetRow:
    pk: int
    name: str


PLANETS = tuple(PlanetRow(pk=number, name=f"Planet {number}") for number in range(1, 31))
# How often moons were loaded, and for how many planets each time.
moon_loads: list[int] = []


def load_moons(planets: Sequence[PlanetRow]) -> dict[int, list[MoonRow]]:
    moon_loads.append(len(planets))
    return {
        planet.pk: [MoonRow(pk=planet.pk * 10 + n, name=f"Moon {n}") for n in (1, 2)] for planet in planets
    }


class Moon(graphene.ObjectType):
    name = graphene.NonNull(graphene.String)
    planet = graphene.Field(lambda: Planet)


MoonConnection = connection_type("Moon", Moon)


class Planet(graphene.ObjectType):
    name = graphene.NonNull(graphene.String)
    moon_list = graphene.NonNull(graphene.List(graphene.NonNull(Moon)))
    moons = connection_field(MoonConnection)
    never = graphene.NonNull(graphene.String)

    @staticmethod
    def resolve_moon_list(planet: PlanetRow, info: graphene.ResolveInfo) -> list[MoonRow]:
        return info.context.batches.load(planet, "moons", load_moons)

    @staticmethod
    def resolve_moons(
        planet: PlanetRow, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None
    ) -> Connection:
        rows = info.context.batches.load(planet, "moons", load_moons)
        return paginate_rows(rows, info=info, scope="moons", first=first, after=after)


PlanetConnection = connection_type("Planet", Planet)


class DaysInput(graphene.InputObjectType):
    days = graphene.NonNull(graphene.Int)


class Query(graphene.ObjectType):
    planets = connection_field(PlanetConnection)
    planet = graphene.Field(Planet, pk=graphene.Int())
    calendar = graphene.Field(Planet, input=DaysInput(required=True))
    selected = graphene.Field(Planet)
    echo_day = graphene.Field(Date, day=Date(required=True))
    echo_instant = graphene.Field(DateTime, at=DateTime(required=True))
    refuses = graphene.String()
    breaks = graphene.String()
    sleeps = graphene.String(seconds=graphene.Float(required=True))
    users = graphene.Int()
    viewer = graphene.String()

    @staticmethod
    def resolve_planets(
        root: None, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None
    ) -> Connection:
        return paginate_rows(PLANETS, info=info, scope="planets", first=first, after=after)

    @staticmethod
    def resolve_planet(root: None, info: graphene.ResolveInfo, pk: int = 1) -> PlanetRow:
        return PLANETS[pk - 1]

    @staticmethod
    def resolve_selected(root: None, info: graphene.ResolveInfo) -> PlanetRow:
        return PlanetRow(pk=1, name=",".join(sorted(selected_fields(info))))

    @staticmethod
    def resolve_echo_day(root: None, info: graphene.ResolveInfo, day: Any) -> Any:
        return day

    @staticmethod
    def resolve_echo_instant(root: None, info: graphene.ResolveInfo, at: Any) -> Any:
        return at

    @staticmethod
    def resolve_refuses(root: None, info: graphene.ResolveInfo) -> str:
        raise BadInput("`planet` is too far away. Choose a nearer one.", "planet")

    @staticmethod
    def resolve_breaks(root: None, info: graphene.ResolveInfo) -> str:
        raise RuntimeError("Jane Doe, jane@example.com, /srv/secret SELECT * FROM patients")

    @staticmethod
    def resolve_sleeps(root: None, info: graphene.ResolveInfo, seconds: float) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])
        return "awake"

    @staticmethod
    def resolve_users(root: None, info: graphene.ResolveInfo) -> int:
        return get_user_model()._default_manager.count()

    @staticmethod
    def resolve_viewer(root: None, info: graphene.ResolveInfo) -> str | None:
        return info.context.viewer.get_username() if info.context.viewer else None


class Launch(graphene.Mutation):
    class Arguments:
        name = graphene.String(required=True)

    name = graphene.String()

    @staticmethod
    def mutate(root: None, info: graphene.ResolveInfo, name: str) -> "Launch":
        return Launch(name=name)


class Mutation(graphene.ObjectType):
    launch = Launch.Field()


declare_cost(
    "Query", "calendar", lambda arguments: arguments["input"]["days"] if arguments.get("input") else 0
)
schema = graphene.Schema(query=Query, mutation=Mutation)
urlpatterns = [path("graphql/", graphql_view(schema))]
