"""Reads iCalendar text by the rules of RFC 5545, and refuses what breaks them."""

import re
from dataclasses import dataclass, field

LINE = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z0-9-]+=[^;:,\"]+)*):(?P<value>.*)")
TEXT_ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n", "\\N": "\n"}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "NAME", "X-WR-CALNAME"}


class Broken(Exception):
    """The text is no iCalendar."""


@dataclass
class Component:
    name: str
    values: dict[str, str] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)


def read_calendar(content: bytes) -> Component:
    lines = _unfolded(content)
    root = Component("")
    stack = [root]
    for line in lines:
        found = LINE.fullmatch(line)
        if found is None:
            raise Broken(f"not a content line: {line!r}")
        name, value = found["name"], found["value"]
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].parts.append(stack[-1])
        elif name == "END":
            if stack.pop().name != value:
                raise Broken(f"{value} ends where it did not begin")
        elif name in stack[-1].values:
            raise Broken(f"{name} comes twice")
        else:
            stack[-1].values[name] = _text(value) if name in TEXTS else value
    if len(root.parts) != 1 or not root.parts[0].parts:
        raise Broken("not one calendar with a component")
    return root.parts[0]


def _unfolded(content: bytes) -> list[str]:
    if (
        not content.endswith(b"\r\n")
        or b"\n" in content.replace(b"\r\n", b"")
        or b"\r" in content.replace(b"\r\n", b"")
    ):
        raise Broken("lines end with CRLF")
    octets = content.split(b"\r\n")[:-1]
    if any(len(line) > 75 for line in octets):
        raise Broken("a line is longer than 75 octets")
    for line in octets:
        line.decode()
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def _text(value: str) -> str:
    if re.search(r"(?<!\\)(?:\\\\)*[;,]", value):
        raise Broken(f"not escaped: {value!r}")
    return re.sub(r"\\[\\;,nN]", lambda found: TEXT_ESCAPES[found[0]], value)
