"""Checks of sales by tax: their figures, where classes end, and that no other sale costs less."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import CENT, ZERO, Case, Check, Problems, cents
from ..evidence import Holding
from ..market.piece_rules import planned_unit
from ..targets.asked import points_of_few
from .raw_lots import lots_are_told, ordered, over_a_year, raw_lots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart

_Gains = tuple[Decimal, Decimal]
_NO_GAINS: _Gains = (ZERO, ZERO)


def _others_decide(case: Case) -> bool:
    """Whether another option decides which sales there are, too."""
    asked = case.evidence.asked
    few = points_of_few(case.evidence) is not None
    return (
        few
        or not case.goals_are_profile()
        or bool({"min-trade", "max-turnover", "withdraw"} & set(asked))
    )


def gains_of_both(case: Case) -> Problems:
    """What both sets of sales realise, and their tax, is that of the raw lots, to the cent."""
    told = case.document["tax_aware"]
    rates = _rates(case)
    taxes = []
    for prefix, sales in (("", _sales(case)), ("proportional_", _proportional(case))):
        short, long = ZERO, ZERO
        for holding, quantity in sales:
            gains = _in_cents(case, holding, quantity) if _has_lots(case, holding) else _NO_GAINS
            short, long = short + gains[0], long + gains[1]
        for term, gain in (("short", short), ("long", long)):
            if Decimal(told[prefix + term]) != gain:
                yield f"{prefix}{term} gains are {gain:.2f}, not {told[prefix + term]}"
        if rates:
            taxes.append(cents((short * rates[0] + long * rates[1]) / 100))
            if Decimal(told.get(prefix + "tax", "NaN")) != taxes[-1]:
                yield f"the {prefix}tax is {taxes[-1]}"
    if rates and Decimal(told["saved"]) != taxes[1] - taxes[0]:
        yield f"the tax saved is {taxes[1] - taxes[0]:.2f}, not {told['saved']}"


def _in_cents(case: Case, holding: Holding, quantity: Decimal) -> _Gains:
    """The short-term and the long-term gain of a sale: all of it to the cent, and the long part."""
    parts = list(_parts(case, holding, quantity))
    total = cents(sum((gain for _, gain in parts), ZERO))
    if not any(is_short for is_short, _ in parts):
        return ZERO, total
    long = cents(sum((gain for is_short, gain in parts if not is_short), ZERO))
    return total - long, long


def classes_as_in_proportion(case: Case) -> Problems:
    """Each class sells as much as in proportion, to two units of what is sold."""
    sold: dict[str, Decimal] = {}
    room: dict[str, Decimal] = {}
    for sign, sales in ((1, _sales(case)), (-1, _proportional(case))):
        for holding, quantity in sales:
            name = holding.share
            sold[name] = sold.get(name, ZERO) + sign * quantity * holding.unit
            room[name] = max(room.get(name, ZERO), 2 * case.step_value(holding) + CENT)
    for name, off in sold.items():
        if abs(off) > room[name] and name != CASH:
            yield f"{name} sells {off:.2f} more than in proportion"


def no_cheaper_sale(case: Case) -> Problems:
    """No sale, or as much of it as another holding of its class has, costs less tax there."""
    sold = {id(holding): quantity for holding, quantity in _sales(case)}
    if case.document["tax_aware"]["kept"]:
        if sold != {id(holding): quantity for holding, quantity in _proportional(case)}:
            yield "the sales are not in proportion, as is said"
        return
    bought = {plain(row.symbol) for trade, row in case.pairs if row and trade["action"] == "BUY"}
    rows = [
        row
        for row in case.traded
        if not row.closes
        and row.share != CASH
        and case.goals.get(row.share)
        and plain(row.symbol) not in bought
        and case.step(row) < row.quantity
        and _has_lots(case, row)
    ]
    costs = {id(row): _Costs(case, row) for row in rows}
    for row in rows:
        quantity = sold.get(id(row), ZERO)
        own = costs[id(row)]
        for other in rows if quantity else ():
            before = sold.get(id(other), ZERO)
            held = other.quantity - other.kept - before
            if other is row or other.share != row.share or held < case.step(other):
                continue
            amount = min(quantity * row.unit, held * other.unit)
            theirs = costs[id(other)]
            saved = own.of(quantity) - own.of(quantity - amount / row.unit)
            added = theirs.of(before + amount / other.unit) - theirs.of(before)
            if added < saved - own.room - theirs.room - CENT:
                yield f"{amount:.2f} of {other.symbol} for {row.symbol} save {saved - added:.2f}"


class _Costs:
    """What sales of a holding cost in tax, the oldest lots first; its lots are read once.

    `room` is what two units of it may cost, by the lot that costs or saves most.
    """

    def __init__(self, case: Case, holding: Holding) -> None:
        rates = _rates(case) or (Decimal(1000), Decimal(1))
        self.sold, self.tax, most = [ZERO], [ZERO], ZERO
        for quantity, is_short, gain in _lots(case, holding):
            short, long = rates if _rates(case) or gain > 0 else (Decimal(1), Decimal(1))
            self.sold.append(self.sold[-1] + quantity)
            self.tax.append(self.tax[-1] + gain * (short if is_short else long) / 100)
            most = max(most, abs(gain / quantity))
        self.room = 2 * case.step(holding) * most * max(rates) / 100

    def of(self, quantity: Decimal) -> Decimal:
        """The tax of a sale; without rates gains of a short term weigh a thousand times others."""
        last = min(max(bisect_left(self.sold, quantity), 1), len(self.sold) - 1)
        low, high = self.sold[last - 1], self.sold[last]
        part = (quantity - low) / (high - low)
        return self.tax[last - 1] + (self.tax[last] - self.tax[last - 1]) * part


def _parts(case: Case, holding: Holding, quantity: Decimal) -> Iterator[tuple[bool, Decimal]]:
    """Whether each lot that a sale takes, the oldest first, is short-term, and its gain."""
    for held, is_short, gain in _lots(case, holding):
        part = min(held, quantity)
        if part <= 0:
            return
        quantity -= part
        yield is_short, gain * part / held


def _lots(case: Case, holding: Holding) -> Iterator[tuple[Decimal, bool, Decimal]]:
    """The quantity of each lot, the oldest first, whether it is short-term, and its gain."""
    unit = planned_unit(holding)
    for lot in ordered(raw_lots(case.evidence, holding), "FIFO"):
        is_short = not over_a_year(lot.held_since, case.document["as_of"])
        yield lot.quantity, is_short, lot.quantity * unit - lot.cost


def _has_lots(case: Case, holding: Holding) -> bool:
    return lots_are_told(case.evidence, holding)


def _sales(case: Case) -> list[tuple[Holding, Decimal]]:
    return [
        (row, Decimal(trade["quantity"]))
        for trade, row in case.pairs
        if row and trade["action"] == "SELL"
    ]


def _proportional(case: Case) -> list[tuple[Holding, Decimal]]:
    """The sales in proportion, as they are told; each of a holding that there is.

    Of two holdings of one name that whose price is nearer to what the sale is worth.
    """
    told: list[DocumentPart] = case.document["tax_aware"]["proportional"]
    names = ("symbol", "conid", "currency", "asset_class")
    found: dict[int, tuple[Holding, Decimal]] = {}
    for sale in told:
        quantity, amount = Decimal(sale["quantity"]), Decimal(sale["amount"])
        rows = [
            (abs(quantity * row.unit - amount), place, row)
            for place, row in enumerate(case.traded)
            if place not in found
            and (plain(row.symbol), plain(row.conid), plain(row.currency), row.asset_class)
            == tuple(sale[name] for name in names)
        ]
        if rows:
            _, place, row = min(rows, key=lambda one: one[:2])
            found[place] = (row, quantity)
    return list(found.values())


def amounts_in_proportion(case: Case) -> Problems:
    """Each sale in proportion is of a holding that there is, at its price."""
    told = case.document["tax_aware"]["proportional"]
    sales = _proportional(case)
    if len(sales) != len(told):
        yield "a sale in proportion is of nothing that is held"
    for sale, (row, quantity) in zip(told, sales):
        if Decimal(sale["amount"]) != cents(quantity * planned_unit(row)):
            yield f"{sale['symbol']} in proportion is not worth {sale['amount']}"


def _rates(case: Case) -> tuple[Decimal, Decimal] | None:
    """The rates of short and long term, in percent, as they were asked for."""
    text = case.evidence.asked.get("tax-rate", "").casefold()
    if not text:
        return None
    parts = (part.partition("=") for part in text.replace("、", ",").split(","))
    told = {name.strip(): Decimal(value.strip(" %")) for name, _, value in parts}
    return told["short"], told["long"]


CHECKS = (
    Check("tax of the sales", gains_of_both),
    Check("sales in proportion", amounts_in_proportion),
    Check("classes as in proportion", classes_as_in_proportion, lambda c: not _others_decide(c)),
    Check("no cheaper sale", no_cheaper_sale, lambda c: not _others_decide(c)),
)
