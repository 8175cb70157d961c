"""How tests ask the API: over HTTP, as any client does."""

from typing import Any

from django.test import Client


def post(query: str, *, host: str = "localhost", bearer: str = "", **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    headers = {"host": host, "authorization": f"Bearer {bearer}"} if bearer else {"host": host}
    return Client().post("/graphql/", body, content_type="application/json", headers=headers)


def ask(query: str, *, host: str = "localhost", **variables: Any) -> Any:
    """Return the data of an answer without errors."""
    answer = post(query, host=host, **variables).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def refusal(query: str, **variables: Any) -> tuple[str, str]:
    """Return the code and message of the one error of an answer."""
    [error] = post(query, **variables).json()["errors"]
    return error["extensions"]["code"], error["message"]
