"""Which holding each trade of a plan is of."""

from __future__ import annotations

from decimal import Decimal

from ..core.plain_text import plain
from .evidence import Evidence, Holding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart


def trade_pairs(
    trades: list[DocumentPart], evidence: Evidence
) -> list[tuple[DocumentPart, Holding | None]]:
    """Each trade with its holding: of the same name, class and contract, the one of its price."""
    by_name: dict[tuple[str, ...], list[Holding]] = {}
    for row in evidence.holdings:
        if row.asset_class and not row.locked:
            name = (plain(row.symbol), plain(row.conid), plain(row.currency), row.asset_class)
            by_name.setdefault(name, []).append(row)
    alike = {name: _Alike(rows) for name, rows in by_name.items()}
    pairs: list[tuple[DocumentPart, Holding | None]] = []
    for trade in trades:
        name = tuple(trade[part] for part in ("symbol", "conid", "currency", "asset_class"))
        found = alike[name].take(Decimal(trade["price"])) if name in alike else None
        pairs.append((trade, found))
    return pairs


class _Alike:
    """Holdings that only their price tells apart."""

    def __init__(self, rows: list[Holding]) -> None:
        priced = [(row.unit, -row.quantity, row) for row in rows]
        self._all = sorted(priced, key=lambda one: one[:2])
        self._refill()

    def _refill(self) -> None:
        self._rows = [row for _, _, row in self._all]
        self._prices = [price for price, _, _ in self._all]

    def take(self, price: Decimal) -> Holding:
        """The holding nearest to `price`, the larger of those as near; each once before any twice.

        Of several at one price the larger comes first, as among the trades.
        """
        if len(self._all) == 1:
            return self._all[0][2]
        from bisect import bisect_left

        if not self._rows:
            self._refill()
        above = bisect_left(self._prices, price)
        places = [above] if above < len(self._rows) else []
        if above:
            places.append(bisect_left(self._prices, self._prices[above - 1]))
        place = min(
            places, key=lambda at: (abs(self._prices[at] - price), -self._rows[at].quantity)
        )
        del self._prices[place]
        return self._rows.pop(place)
