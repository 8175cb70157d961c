"""How the tests of the search ask, and what they read of an answer."""

from typing import Any

from tests.api import ask

TITLES = "query($words: String!) { search(query: $words) { nodes { title } } }"
HIGHLIGHTS = "query($words: String!) { search(query: $words) { edges { highlight node { title } } } }"


def found(query: str, *, host: str = "localhost") -> list[str]:
    """Return the titles of what is found, the best first."""
    return [node["title"] for node in ask(TITLES, host=host, words=query)["search"]["nodes"]]


def highlights(query: str) -> dict[str, Any]:
    edges = ask(HIGHLIGHTS, words=query)["search"]["edges"]
    return {edge["node"]["title"]: edge["highlight"] for edge in edges}
