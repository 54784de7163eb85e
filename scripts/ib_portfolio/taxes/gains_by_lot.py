"""What the sales of a plan mean for taxes, lot by lot. Loaded only when a run asks for lots.

Nothing here is a tax: gains are gains, and an estimate is made only with rates that the user gave.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..core.format import money
from ..core.messages import Ours, say
from ..core.numbers import ZERO, plain_decimal, to_cents
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..core.record import Record
from ..market.holding_period import is_long_term
from ..planning.orders.order import Order, unit_of
from ..planning.plan import Plan
from ..request.policy.stated_rates import Rates, read_rates
from .lots import METHODS, Taken, lots_unclear, take_lots
from .wash_sales import wash_sales

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart


class Gains(Record):
    """Gains by holding period in base currency, losses below zero."""

    short: Decimal
    long: Decimal

    @property
    def total(self) -> Decimal:
        """Short- and long-term together."""
        return self.short + self.long


def split_gains(parts: tuple[Taken, ...], price: Decimal, sold: str) -> Gains:
    """The gains of the parts at `price` when they are sold on a day, to the cent.

    The total is rounded once; what rounding leaves is in the short-term part.
    """
    exact = [(is_long_term(part.lot.held_since, sold), part.gain(price)) for part in parts]
    total = to_cents(sum((gain for _, gain in exact), ZERO))
    if all(is_long for is_long, _ in exact):
        return Gains(ZERO, total)
    long = to_cents(sum((gain for is_long, gain in exact if is_long), ZERO))
    return Gains(total - long, long)


def estimate_tax(gains: Gains, rates: Rates) -> Decimal:
    """The tax on `gains` at the user's rates, to the cent, never below zero.

    Losses offset gains of their own term first (`gains` are net), then those of the other; what a
    loss leaves over counts nothing. Source of that order: US, IRS Topic 409.
    """
    short, long = gains
    if short < 0 <= long:
        short, long = ZERO, max(gains.total, ZERO)
    elif long < 0:
        short, long = max(gains.total, ZERO), ZERO
    return to_cents((short * rates.short + long * rates.long) / 100)


def tax_by_lot(plan: Plan, options: dict[str, str]) -> DocumentPart:
    """What the document adds: `lots`, `wash_sales` and, with --tax-rate, `tax_estimate`.

    The day of the prices counts as the day of the sale. Usage for rates that cannot be read.
    """
    rates = read_rates(options["tax-rate"]) if "tax-rate" in options else None
    sales = [
        _sale(place, order, plan.portfolio.as_of)
        for place, order in enumerate(plan.orders, 1)
        if order.quantity < 0
    ]
    clear = [sale for sale in sales if not sale["unclear"]]
    lots = {
        "sold_on": plan.portfolio.as_of,
        "sales": sales,
        "totals": _totals(clear),
        "left_out": [sale["symbol"] for sale in sales if sale["unclear"]],
        "notes": _notes(plan, clear),
    }
    added: dict[str, object] = {"lots": lots, "wash_sales": wash_sales(plan, sales)}
    if rates is not None:
        added["tax_estimate"] = _estimate(lots["totals"], rates)
    return added


def _sale(place: int, order: Order, sold: str) -> DocumentPart:
    """One sale under every method; `priority` is that of its trade."""
    row = order.position
    unclear = lots_unclear(row) if sold else "lots_unclear.day"
    by_method = [] if unclear else [_by_method(order, name, sold) for name in METHODS]
    return {
        "priority": place,
        "symbol": plain(row.symbol),
        "quantity": plain_decimal(-order.quantity),
        "unit": unit_of(row),
        "unclear": say(unclear) if unclear else "",
        "methods": by_method,
    }


def _by_method(order: Order, method: str, sold: str) -> DocumentPart:
    price = order.position.unit_value
    parts = take_lots(order.position.lots, -order.quantity, method, price, sold)
    gains = split_gains(parts, price, sold)
    return {
        "method": method,
        "lots": [
            {
                "opened": part.lot.opened,
                "held_since": part.lot.held_since,
                "quantity": plain_decimal(part.quantity),
                "cost": money(part.cost),
                "gain": money(part.gain(price)),
                "term": "long" if is_long_term(part.lot.held_since, sold) else "short",
            }
            for part in parts
        ],
        "short": money(gains.short),
        "long": money(gains.long),
        "gain": money(gains.total),
    }


def _totals(sales: list[DocumentPart]) -> list[DocumentPart]:
    """The sums over the sales whose lots are known, by method; none when there are no such."""
    found = []
    for place, method in enumerate(METHODS if sales else ()):
        rows = [sale["methods"][place] for sale in sales]
        sums = {
            name: money(sum((Decimal(row[name]) for row in rows), ZERO))
            for name in ("short", "long", "gain")
        }
        found.append({"method": method, **sums})
    return found


def _estimate(totals: list[DocumentPart], rates: Rates) -> DocumentPart:
    return {
        "short_pct": plain_decimal(rates.short),
        "long_pct": plain_decimal(rates.long),
        "methods": [
            {
                "method": row["method"],
                "estimate": money(
                    estimate_tax(Gains(Decimal(row["short"]), Decimal(row["long"])), rates)
                ),
            }
            for row in totals
        ],
    }


def _notes(plan: Plan, clear: list[DocumentPart]) -> list[str]:
    """What the figures rest on."""
    rows = [plan.orders[sale["priority"] - 1].position for sale in clear]
    if not rows:
        return []
    notes = [say("lots_note", day=plan.portfolio.as_of)]
    foreign = _names(rows, lambda row: row.currency != plan.portfolio.base_currency)
    if foreign:
        notes.append(say("lots_foreign", symbols=foreign))
    bonds = _names(rows, lambda row: row.by_face)
    if bonds:
        notes.append(say("lots_bonds", symbols=bonds))
    return notes


def _names(rows: list[Position], wanted: Callable[[Position], bool]) -> Ours:
    return Ours(", ".join(plain(row.symbol) for row in rows if wanted(row)))
