"""Which currency pairs IBKR quotes, and which way round, by the dated list in currency_pairs.json.

Loaded only when currencies have to be exchanged.
"""

from __future__ import annotations

import os

from ..core.json_file import read_json_file
from ..core.record import Record

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "currency_pairs.json")


class Pair(Record):
    """A pair as IBKR quotes it: one `base` costs so much `quote`; orders are in `base`."""

    base: str
    quote: str
    listed: bool = True  # False where the list lacks it and the usual way round is assumed

    @property
    def name(self) -> str:
        """As IBKR writes it: EUR.USD."""
        return f"{self.base}.{self.quote}"


class CurrencyPairs:
    """The pairs of the list; two currencies without one are exchanged through a third, the hub.

    That is the US dollar, or another `hub` where the dollar's rate is not known.
    """

    def __init__(self, hub: str = "") -> None:
        table = read_json_file(_PATH)
        self._hub: str = hub or table["hub"]
        self._quoted = {
            (base, quote) for base, quotes in table["quoted"].items() for quote in quotes.split()
        }

    def find(self, one: str, other: str) -> Pair | None:
        """The pair of two currencies, in either order; None when IBKR does not quote them."""
        for base, quote in ((one, other), (other, one)):
            if (base, quote) in self._quoted:
                return Pair(base, quote)
        return None

    def of_hub(self, currency: str) -> Pair:
        """The pair of a currency with the hub; the hub first where the list has none."""
        return self.find(currency, self._hub) or Pair(self._hub, currency, listed=False)

    def route(self, source: str, target: str) -> list[tuple[str, str, Pair]]:
        """The exchanges that make `target` of `source`: (given, got, pair), one or two of them."""
        direct = self.find(source, target)
        if direct is not None:
            return [(source, target, direct)]
        if self._hub in (source, target):
            return [(source, target, self.of_hub(target if source == self._hub else source))]
        return [
            (source, self._hub, self.of_hub(source)),
            (self._hub, target, self.of_hub(target)),
        ]

    def step(self, source: str, target: str) -> int:
        """When an exchange is made: 0 into the hub, 1 beside it, 2 out of it."""
        return 0 if target == self._hub else 2 if source == self._hub else 1
