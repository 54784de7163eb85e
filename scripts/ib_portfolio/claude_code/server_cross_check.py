"""The cross-check: our plan beside the trades that ib-sec-mcp calculated for the same weights.

The server is a second, independent calculation with known faults. Every difference is one of those,
named in a line, or unknown, and then a warning with both figures.
"""

from __future__ import annotations

from decimal import Decimal

from ..core.format import money
from ..core.messages import Ours, Refusal, say
from ..core.numbers import ZERO
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..core.record import Record
from ..planning.plan import Plan
from ..planning.trading_terms import terms_of
from ..sources.ib_sec_mcp import number_of, text_of

Answer = dict[str, object]

# The weights were rounded to 0.0001 percent, so a target is off by at most a unit of that.
_WEIGHT_ROUNDING = Decimal("0.000001")
_MOST_NAMED = 5
_SIGNS = {"BUY": 1, "SELL": -1}


class CrossCheck(Record):
    """How many rows agree of those compared, the known differences and the unknown ones."""

    rows: int
    agreeing: int
    known: tuple[str, ...]
    unknown: tuple[str, ...]


class _Row(Record):
    """A change that the server wants, in base currency: above zero a purchase."""

    change: Decimal
    units: Decimal | None  # None where the answer has no counts


def cross_check(plan: Plan, answer: Answer, limited: bool = False) -> CrossCheck:
    """`plan` against the answer of generate_rebalancing_trades or simulate_rebalancing.

    `limited` says that the run asked for limits on its orders, of which the server knows nothing.
    Refusal("answer_shape") when the answer is neither.
    """
    theirs = _server_rows(answer)
    return _Comparison(plan, theirs, "limited" if limited else "given_back").result()


def _server_rows(answer: Answer) -> dict[str, _Row]:
    """The server's changes by upper-case symbol."""
    if "rebalancing_trades" in answer:
        rows = _rows(answer, "rebalancing_trades")
        return {text_of(row, "symbol"): _trade_row(row) for row in rows}
    before, after = (
        {text_of(row, "symbol"): number_of(row, "value") for row in _rows(answer, name)}
        for name in ("current_allocation", "projected_allocation")
    )
    changes = {name: after.get(name, ZERO) - before.get(name, ZERO) for name in {**before, **after}}
    return {name: _Row(change, None) for name, change in changes.items() if change}


def _rows(answer: Answer, name: str) -> list[Answer]:
    rows = answer.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal("answer_shape", tool="generate_rebalancing_trades")
    return rows


def _trade_row(row: Answer) -> _Row:
    value = number_of(row, "trade_value")
    sign = _SIGNS.get(text_of(row, "direction"))
    if sign is None:
        raise Refusal("answer_field", field="direction")
    return _Row(sign * value, number_of(row, "estimated_shares"))


class _Comparison:
    """Sorts every symbol of either side into agreeing, known and unknown."""

    def __init__(self, plan: Plan, theirs: dict[str, _Row], less: str) -> None:
        self._theirs = theirs
        self._less = less  # why an order is smaller than what brings it to its target
        self._base = plan.portfolio.base_currency
        self._cash_key = plan.target.cash_key.upper()
        self._rounding = plan.portfolio.investable_value * _WEIGHT_ROUNDING + Decimal("0.02")
        self._held = {_key(row) for row in plan.portfolio.held}
        self._positions: dict[str, list[Position]] = {}
        self._wanted: dict[str, Decimal] = {}
        for row, target in zip(plan.portfolio.traded, plan.target.positions):
            self._positions.setdefault(_key(row), []).append(row)
            self._wanted[_key(row)] = self._wanted.get(_key(row), ZERO) + target - row.value
        for row in plan.portfolio.locked:
            self._positions.setdefault(_key(row), []).append(row)
            self._wanted.setdefault(_key(row), ZERO)
        self._ordered: dict[str, Decimal] = {}
        self._units: dict[str, Decimal] = {}
        for order in plan.orders:
            signed = order.amount if order.quantity > 0 else -order.amount
            key = _key(order.position)
            self._ordered[key] = self._ordered.get(key, ZERO) + signed
            self._units[key] = abs(order.quantity)
        self._known: dict[str, list[str]] = {}
        self._unknown: list[str] = []

    def result(self) -> CrossCheck:
        """The counts and lines after all symbols are compared."""
        symbols = sorted(set(self._theirs) | set(self._ordered))
        agreeing = sum(self._agrees(symbol) for symbol in symbols)
        return CrossCheck(
            rows=len(symbols),
            agreeing=agreeing,
            known=tuple(
                say(f"known.{kind}", count=len(names), symbols=Ours(_named(names)))
                for kind, names in sorted(self._known.items())
            ),
            unknown=tuple(self._unknown),
        )

    def _agrees(self, symbol: str) -> bool:
        """Whether both sides want the same; else the difference is noted by its kind."""
        positions = self._positions.get(symbol, [])
        if symbol == self._cash_key:
            return self._note("cash", symbol)
        if not positions and symbol in self._held:
            return self._note("held", symbol)
        if len(positions) > 1 or (positions and symbol in self._held):
            return self._note("doubled", symbol)
        if not positions:
            return self._differs(symbol)
        return self._same_trade(symbol, positions[0])

    def _same_trade(self, symbol: str, position: Position) -> bool:
        step = position.unit_value * terms_of(position).step
        theirs = self._theirs.get(symbol)
        if theirs is None:
            # The server leaves out what its own count rounds to no unit.
            if self._drops(position, abs(self._wanted[symbol])):
                return self._note("dropped", symbol)
            return self._differs(symbol)
        if abs(theirs.change - self._wanted[symbol]) > self._rounding:
            return self._differs(symbol)
        if symbol not in self._ordered:
            if abs(theirs.change) <= 2 * step:
                return self._note("under_one_unit", symbol)
            return self._note(self._less, symbol)
        if abs(theirs.change - self._ordered[symbol]) > 2 * step:
            return self._note(self._less, symbol)
        return self._same_units(symbol, position, theirs)

    def _same_units(self, symbol: str, position: Position, theirs: _Row) -> bool:
        """Amounts agree; the server's unit counts are wrong for bonds and other currencies."""
        if position.by_face:
            self._note("bond_units", symbol)
        elif position.rate != 1:
            self._note("foreign_units", symbol)
        elif theirs.units is not None and abs(theirs.units - self._units[symbol]) > 2:
            return self._differs(symbol)
        return True

    def _drops(self, position: Position, change: Decimal) -> bool:
        """Whether the server's count, base value over local price, is under one unit."""
        local_price = position.unit_value / position.rate
        if position.by_face:
            local_price = local_price * 100
        return change - self._rounding < local_price

    def _note(self, kind: str, symbol: str) -> bool:
        self._known.setdefault(kind, []).append(symbol)
        return False

    def _differs(self, symbol: str) -> bool:
        theirs = self._theirs.get(symbol)
        self._unknown.append(
            say(
                "unknown_difference",
                symbol=symbol,
                ours=money(self._ordered.get(symbol, ZERO)),
                theirs=money(theirs.change) if theirs else "none",
                currency=self._base,
            )
        )
        return False


def _key(row: Position) -> str:
    """The server upper-cases symbols."""
    return row.symbol.strip().upper()


def _named(symbols: list[str]) -> str:
    shown = ", ".join(plain(symbol) for symbol in symbols[:_MOST_NAMED])
    more = len(symbols) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
