import pytest

from cms.graphql.documents import Documents
from cms.graphql.errors import ErrorCode, RequestRefused
from cms.graphql.limits import Limits
from tests.cms.graphql.small_schema import schema


def documents(**limits: int) -> Documents:
    return Documents(schema.graphql_schema, limits=Limits(**limits))


def nested(levels: int) -> str:
    """Return a document whose deepest field is `levels` deep."""
    pairs = (levels - 2) // 2
    return "{ planet { " + "moonList { planet { " * pairs + "name" + " } }" * pairs + " } }"


def chain(length: int) -> str:
    """Return a document whose fragments spread each other in a row, the first defined last."""
    links = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(length))
    return f"{{ ...F0 }} {links} fragment F{length} on Query {{ refuses }}"


def doubling(levels: int) -> str:
    """Return a document whose every fragment spreads the next one twice."""
    moons = "moonList {{ planet {{ ...F{0} }} }} also: moonList {{ planet {{ ...F{0} }} }}"
    links = " ".join(f"fragment F{n} on Planet {{ {moons.format(n + 1)} }}" for n in range(levels))
    return f"{{ planet {{ ...F0 }} }} {links} fragment F{levels} on Planet {{ name }}"


def through_fragments(count: int) -> str:
    """Return a document in which each of `count` fragments lies two levels below the one before."""
    links = " ".join(
        f"fragment F{n} on Planet {{ moonList {{ planet {{ ...F{n + 1} }} }} }}" for n in range(count)
    )
    return f"{{ planet {{ ...F0 }} }} {links} fragment F{count} on Planet {{ name }}"


WITHIN = {
    "depth": nested(12),
    "aliases": "{ " + " ".join(f"a{n}: refuses" for n in range(15)) + " }",
    "directives": "{ " + " ".join(f"refuses @include(if: {'true'})" for n in range(15)) + " }",
    "typename": "{ __typename planet { __typename } }",
    "depth through fragments": through_fragments(5),
    "fragments": "{ planet { ...F ...F } } fragment F on Planet { name }",
}


@pytest.mark.parametrize("text", WITHIN.values(), ids=WITHIN)
def test_document_within_the_limits_is_accepted(text: str) -> None:
    assert documents().get(text).shape.introspects is False


BEYOND = {
    "depth": (nested(14), ErrorCode.TOO_DEEP),
    "depth through fragments": (through_fragments(6), ErrorCode.TOO_DEEP),
    "fragment reused too deep": (
        through_fragments(3).replace(
            "{ planet { ...F0 } }", "{ planet { ...F0 moonList { planet { ...D } } } }"
        )
        + " fragment D on Planet { moonList { planet { moonList { planet { ...F0 } } } } }",
        ErrorCode.TOO_DEEP,
    ),
    "fragment chain": (chain(200), ErrorCode.TOO_DEEP),
    "inline fragments": ("{ " + "... { " * 60 + "refuses" + " }" * 60 + " }", ErrorCode.TOO_DEEP),
    "aliases": (
        "{ planet { " + " ".join(f"a{n}: name" for n in range(31)) + " } }",
        ErrorCode.TOO_MANY_ALIASES,
    ),
    "aliases through fragments": (
        "{ a: planet { ...F } b: planet { ...F } c: planet { ...F } } fragment F on Planet { "
        + " ".join(f"a{n}: name" for n in range(10))
        + " }",
        ErrorCode.TOO_MANY_ALIASES,
    ),
    "root fields": (
        "{ " + " ".join(f"a{n}: refuses" for n in range(16)) + " }",
        ErrorCode.TOO_MANY_ROOT_FIELDS,
    ),
    "root fields through a fragment": (
        "{ ...F } fragment F on Query { " + "refuses " * 16 + "}",
        ErrorCode.TOO_MANY_ROOT_FIELDS,
    ),
    "directives": (
        "{ planet { " + " ".join("name @include(if: true)" for _ in range(21)) + " } }",
        ErrorCode.TOO_MANY_DIRECTIVES,
    ),
    "fields": ("{ planet { " + "name " * 500 + "} }", ErrorCode.TOO_COMPLEX),
    "two operations": ("query A { refuses } query B { refuses }", ErrorCode.TOO_MANY_OPERATIONS),
    "no operation": ("fragment F on Query { refuses }", ErrorCode.TOO_MANY_OPERATIONS),
    "two mutations": (
        'mutation { a: launch(name: "x") { name } b: launch(name: "y") { name } }',
        ErrorCode.TOO_MANY_ROOT_FIELDS,
    ),
    "field repeated": ("{ planet { " + "name " * 3000 + "} }", ErrorCode.TOO_LARGE),
    "comments": ("#\n" * 5000 + "{ refuses }", ErrorCode.TOO_LARGE),
    "bytes": ('{ launch(name: "' + "é" * 9000 + '") }', ErrorCode.TOO_LARGE),
    "syntax": ("{ planet", ErrorCode.SYNTAX_ERROR),
    "nested too deep to parse": ("{ a" * 900, ErrorCode.TOO_LARGE),
    "circle": (
        "{ planet { ...A } } fragment A on Planet { moonList { planet { ...B } } } "
        "fragment B on Planet { moonList { planet { ...A } } }",
        ErrorCode.INVALID,
    ),
    "fragment that spreads itself": ("{ ...A } fragment A on Query { ...A }", ErrorCode.INVALID),
    "unknown fragment": ("{ ...A }", ErrorCode.INVALID),
    "unknown field": ("{ planett { name } }", ErrorCode.INVALID),
    "subscription": ("subscription { planet { name } }", ErrorCode.INVALID),
    "type definition": ("{ refuses } type Planet { name: String }", ErrorCode.INVALID),
}


@pytest.mark.parametrize(("text", "code"), BEYOND.values(), ids=BEYOND)
def test_document_beyond_a_limit_is_refused(text: str, code: ErrorCode) -> None:
    with pytest.raises(RequestRefused) as refusal:
        documents().get(text)
    assert refusal.value.code is code


def test_overlapping_fields_are_compared_under_a_budget() -> None:
    level = " ".join("... on Planet { moonList { name } }" for _ in range(120))

    with pytest.raises(RequestRefused) as refusal:
        documents().get("{ planet { " + level + " } }")

    assert refusal.value.code is ErrorCode.TOO_COMPLEX
    assert documents(overlap_budget=500_000).get("{ planet { " + level + " } }").shape.introspects is False


def test_errors_of_one_document_are_few() -> None:
    with pytest.raises(RequestRefused) as refusal:
        documents(validation_errors=2).get("{ " + " ".join(f"f{n}" for n in range(15)) + " }")
    assert [error["message"] for error in refusal.value.errors] == [
        f"Cannot query field 'f{n}' on type 'Query'." for n in range(2)
    ]


def test_suggestions_are_off() -> None:
    with pytest.raises(RequestRefused) as refusal:
        documents().get("{ planett { name } }")
    assert [error["message"] for error in refusal.value.errors] == [
        "Cannot query field 'planett' on type 'Query'."
    ]


@pytest.mark.parametrize(
    ("text", "introspects"),
    [
        ("{ __schema { types { name } } }", True),
        ('{ ...F } fragment F on Query { x: __type(name: "Planet") { name } }', True),
        ("{ __typename }", False),
    ],
)
def test_introspection_is_noticed(text: str, introspects: bool) -> None:
    assert documents().get(text).shape.introspects is introspects


COSTS = {
    "scalars": ("{ refuses __typename }", {}, 0),
    "object": ("{ planet { name } }", {}, 1),
    "default first": ("{ planets { nodes { name } } }", {}, 20),
    "edges and page info": (
        "{ planets { totalCount pageInfo { endCursor } edges { node { name } } } }",
        {},
        20,
    ),
    "nested connections": ("{ planets(first: 100) { nodes { moons { nodes { name } } } } }", {}, 2_100),
    "three connections": (
        "{ planets(first: 100) { nodes { moons(first: 100) { nodes { planet { name } } } } } }",
        {},
        100 + 100 * 100 + 100 * 100,
    ),
    "list without first": ("{ planets { nodes { moonList { planet { name } } } } }", {}, 20 + 20 * (1 + 1)),
    "variable": ("query ($n: Int) { planets(first: $n) { nodes { moonList { name } } } }", {"n": 3}, 6),
    "missing variable": ("query ($n: Int) { planets(first: $n) { nodes { name } } }", {}, 20),
    "fragment twice": (
        "{ a: planet { ...F } b: planet { ...F } } fragment F on Planet { moonList { name } }",
        {},
        4,
    ),
    "declared": ("{ calendar(input: {days: 31}) { moonList { name } } }", {}, 32),
    "doubling": (doubling(4), {}, 1 + 2 * (2**1 + 2**2 + 2**3 + 2**4)),
}


@pytest.mark.parametrize(("text", "variables", "cost"), COSTS.values(), ids=COSTS)
def test_cost(text: str, variables: dict[str, int], cost: int) -> None:
    assert documents(aliases=1_000).get(text).shape.cost(variables) == cost


def test_declared_cost_from_a_variable() -> None:
    document = documents().get("query ($d: DaysInput!) { calendar(input: $d) { name } }")
    assert document.shape.cost({"d": {"days": 92}}) == 92


@pytest.mark.parametrize("first", [0, -1, 101, 2_000_000_000])
def test_first_out_of_range_is_refused_before_execution(first: int) -> None:
    shape = documents().get("query ($n: Int) { planets { nodes { moons(first: $n) { totalCount } } } }").shape

    with pytest.raises(RequestRefused) as refusal:
        shape.cost({"n": first})

    assert refusal.value.errors[0]["extensions"] == {"code": ErrorCode.BAD_INPUT, "field": "first"}


def test_document_is_checked_once() -> None:
    store = documents()
    assert store.get("{ refuses }") is store.get("{ refuses }")


def test_kept_documents_are_bounded() -> None:
    store = documents()
    first = store.get("{ refuses }")
    for number in range(40):
        store.get("{ refuses }" + " " * 16_000 + f"#{number}")
    assert store.get("{ refuses }") is not first
