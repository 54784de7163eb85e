"""The largest flow through a network at the least cost, with exact amounts.

By shortest augmenting paths (Ahuja, Magnanti, Orlin: Network Flows, 1993, chapter 9.7).
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

from ...core.numbers import ZERO

SOURCE, SINK = "source", "sink"
Node = Hashable


class Network:
    """Edges with what they can carry and what each unit costs; the flow once it is `filled`."""

    def __init__(self) -> None:
        self._room: dict[tuple[Node, Node], Decimal] = {}
        self._cost: dict[tuple[Node, Node], int] = {}
        self._next: dict[Node, list[Node]] = {SOURCE: [], SINK: []}

    def add(self, start: Node, end: Node, room: Decimal, cost: int = 0) -> None:
        """An edge that carries at most `room`, not below zero; one between two nodes."""
        if room <= 0:
            return
        for one, other, most, price in ((start, end, room, cost), (end, start, ZERO, -cost)):
            self._room[one, other] = most
            self._cost[one, other] = price
            self._next.setdefault(one, []).append(other)

    def fill(self) -> None:
        """Sends as much as possible from the source to the sink, at the least cost for that.

        Of paths that cost the same, the one whose edges were added first.
        """
        while True:
            path = self._cheapest()
            if not path:
                return
            amount = min(self._room[edge] for edge in path)
            for start, end in path:
                self._room[start, end] -= amount
                self._room[end, start] += amount

    def flow(self, start: Node, end: Node) -> Decimal:
        """What an edge carries; 0 for one that was not added."""
        return self._room.get((end, start), ZERO)

    def _cheapest(self) -> list[tuple[Node, Node]]:
        """The edges of the cheapest path with room on it, [] when there is none."""
        best: dict[Node, int] = {SOURCE: 0}
        before: dict[Node, Node] = {}
        waiting = [SOURCE]
        while waiting:
            node = waiting.pop(0)
            for end in self._next[node]:
                if not self._room[node, end]:
                    continue
                cost = best[node] + self._cost[node, end]
                if end not in best or cost < best[end]:
                    best[end], before[end] = cost, node
                    if end not in waiting:
                        waiting.append(end)
        path: list[tuple[Node, Node]] = []
        node: Node = SINK
        while node in before:
            path.append((before[node], node))
            node = before[node]
        return path[::-1]
