import base64

import pytest

from cms.graphql.ids import decode_id, encode_id


@pytest.mark.parametrize("pk", [1, 42, 2**63 - 1])
def test_id_round_trip(pk: int) -> None:
    assert decode_id("Page", encode_id("Page", pk)) == pk


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "Page:1",
        "%%%",
        "ü",
        "\ud800",
        encoded("Page:"),
        encoded("Page:-1"),
        encoded("Page:01"),
        encoded("Page:1 "),
        encoded("Page:²"),
        encoded("Page:9223372036854775808"),
        encoded("Page:" + "9" * 5000),
        encoded("Image:1"),
        encoded("Page:1") + "=",
    ],
)
def test_id_of_another_kind_or_shape_is_nothing(value: str) -> None:
    assert decode_id("Page", value) is None
