"""Documents that cost a server much and an attacker little, as GraphQL abuse tools send them."""

from cms.graphql.errors import ErrorCode


def _nested(fields: list[str]) -> str:
    return "{ " + " { ".join(fields) + " { id }" + " }" * len(fields)


def _chain(length: int) -> str:
    links = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(length))
    return f"{{ ...F0 }} {links} fragment F{length} on Query {{ __typename }}"


def _merging(depth: int, width: int) -> str:
    """Fields of one name in each other, each of which must be compared with each."""
    text = "id"
    for _ in range(depth):
        text = " ".join(
            f"... on ProcedurePage {{ providers {{ nodes {{ procedures {{ nodes {{ {text} }} }} }} }} }}"
            for _ in range(width)
        )
    return f"{{ procedures {{ nodes {{ {text} }} }} }}"


# Name -> document, and the code by which it is refused.
ATTACKS: dict[str, tuple[str, ErrorCode]] = {
    "deep in 160 bytes": (
        "{procedures{nodes{" + "providers{nodes{procedures{nodes{" * 3 + "id" + "}}}}" * 3 + "}}}",
        ErrorCode.TOO_DEEP,
    ),
    "wide in 90 bytes": (
        "{procedures(first:100){nodes{providers(first:100){nodes{procedures(first:100){nodes{id}}}}}}}",
        ErrorCode.TOO_COMPLEX,
    ),
    "24 levels": (
        _nested(["procedures", *["nodes", "providers", "nodes", "procedures"] * 6]),
        ErrorCode.TOO_DEEP,
    ),
    "alias flood": (
        "{" + " ".join(f"a{n}:procedures{{totalCount}}" for n in range(200)) + "}",
        ErrorCode.TOO_MANY_ALIASES,
    ),
    "alias flood of scalars": (
        "{" + " ".join(f"a{n}:__typename" for n in range(500)) + "}",
        ErrorCode.TOO_MANY_ALIASES,
    ),
    "root fields": ("{" + "clinic{name}" * 100 + "}", ErrorCode.TOO_MANY_ROOT_FIELDS),
    "directive flood": (
        "{ __typename " + "@include(if:true) " * 250 + "}",
        ErrorCode.TOO_MANY_DIRECTIVES,
    ),
    "unknown directives": ("{ __typename " + "@a " * 900 + "}", ErrorCode.TOO_MANY_DIRECTIVES),
    "5,000 equal fields": ("{procedures{nodes{" + "title " * 5_000 + "}}}", ErrorCode.TOO_LARGE),
    "1,990 equal fields": ("{procedures{nodes{" + "title " * 1_990 + "}}}", ErrorCode.TOO_COMPLEX),
    "490 equal objects": ("{procedures{nodes{" + "benefits{id} " * 490 + "}}}", ErrorCode.TOO_COMPLEX),
    "240 equal objects": ("{procedures{nodes{" + "benefits{id} " * 240 + "}}}", ErrorCode.TOO_COMPLEX),
    "equal fields with arguments": (
        "{procedures{nodes{" + "risks(severity:[MINOR]){id} " * 180 + "}}}",
        ErrorCode.TOO_COMPLEX,
    ),
    "circular fragments": (
        "{...A} fragment A on Query{...B} fragment B on Query{...A}",
        ErrorCode.INVALID,
    ),
    "fragment chain of 2,000": (_chain(2_000), ErrorCode.TOO_LARGE),
    "fragment chain of 240": (_chain(240), ErrorCode.TOO_DEEP),
    "inline fragments in each other": ("{" + "...{" * 60 + "__typename" + "}" * 61, ErrorCode.TOO_DEEP),
    "merging": (_merging(depth=2, width=8), ErrorCode.TOO_COMPLEX),
    "merging side by side": (_merging(depth=1, width=100), ErrorCode.TOO_COMPLEX),
    "200,000 comments": ("#\n" * 200_000 + "{__typename}", ErrorCode.TOO_LARGE),
    "5,000 comments": ("#\n" * 5_000 + "{__typename}", ErrorCode.TOO_LARGE),
    "2 MB": ("{ " + "a" * 2_000_000 + " }", ErrorCode.TOO_LARGE),
    "50 operations": (
        " ".join(f"query Q{n} {{ clinic {{ name }} }}" for n in range(50)),
        ErrorCode.TOO_MANY_OPERATIONS,
    ),
    "490 variables": (
        "query(" + " ".join(f"$v{n}:Int" for n in range(490)) + "){clinic{name}}",
        ErrorCode.INVALID,
    ),
    "value in 900 lists": ("{procedure(id:" + "[" * 900 + "]" * 900 + "){id}}", ErrorCode.TOO_LARGE),
    "value in 60 lists": ("{procedure(id:" + "[" * 60 + "]" * 60 + "){id}}", ErrorCode.INVALID),
    "unknown fields": ("{clinic{" + " ".join(f"f{n}" for n in range(480)) + "}}", ErrorCode.INVALID),
    "circular introspection": (
        "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}",
        ErrorCode.INVALID,
    ),
    "list of no end": ("{procedures(first:100000){totalCount}}", ErrorCode.BAD_INPUT),
    "list of less than nothing": ("{procedures(first:-1){totalCount}}", ErrorCode.BAD_INPUT),
    "order by what is secret": ('{procedures(orderBy:"owner__password"){totalCount}}', ErrorCode.INVALID),
}
