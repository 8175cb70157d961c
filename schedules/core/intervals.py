from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Half-open spans of minutes: sorted, disjoint, never touching, none empty. Build it with `of`."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Intervals:
        merged: list[Span] = []
        for start, end in sorted(spans):
            if end <= start:
                continue
            if merged and start <= merged[-1][1]:
                if end > merged[-1][1]:
                    merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __iter__(self) -> Iterator[Span]:
        return iter(self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)

    def union(self, other: Intervals) -> Intervals:
        if not self.spans or not other.spans:
            return self if self.spans else other
        return Intervals.of(self.spans + other.spans)

    def minus(self, other: Intervals) -> Intervals:
        holes = other.spans
        left: list[Span] = []
        index = 0
        for start, end in self.spans:
            rest = start
            while index < len(holes) and holes[index][1] <= start:
                index += 1
            while index < len(holes) and holes[index][0] < end:
                hole_start, hole_end = holes[index]
                if hole_start > rest:
                    left.append((rest, hole_start))
                rest = hole_end
                if hole_end >= end:
                    break
                index += 1
            if rest < end:
                left.append((rest, end))
        return Intervals(tuple(left))

    def intersect(self, other: Intervals) -> Intervals:
        common: list[Span] = []
        mine, theirs = self.spans, other.spans
        i = j = 0
        while i < len(mine) and j < len(theirs):
            start, end = max(mine[i][0], theirs[j][0]), min(mine[i][1], theirs[j][1])
            if start < end:
                common.append((start, end))
            if mine[i][1] < theirs[j][1]:
                i += 1
            else:
                j += 1
        return Intervals(tuple(common))

    def contains(self, *, start: int, end: int) -> bool:
        """Say whether one span covers [start, end) whole. An empty or inverted span is never covered."""
        index = bisect_right(self.spans, start, key=_start) - 1
        return start < end and index >= 0 and end <= self.spans[index][1]


def _start(span: Span) -> int:
    return span[0]
