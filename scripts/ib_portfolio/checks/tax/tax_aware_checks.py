"""Checks of sales by tax: their figures, where classes end, and that no other sale costs less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import CENT, ZERO, Case, Check, Problems
from ..evidence import Holding
from ..targets.asked import points_of_few
from .raw_lots import lots_are_told, ordered, over_a_year, raw_lots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart

_Gains = tuple[Decimal, Decimal]


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
    """What both sets of sales realise, and their tax, is that of the raw lots."""
    told = case.document["tax_aware"]
    rates = _rates(case)
    taxes = []
    proportional = _proportional(case)
    for prefix, sales in (("", _sales(case)), ("proportional_", proportional)):
        short, long = ZERO, ZERO
        for holding, quantity in sales:
            gains = _gains(case, holding, quantity) if _has_lots(case, holding) else (ZERO, ZERO)
            short, long = short + gains[0], long + gains[1]
        near = CENT * (len(sales) + 1)
        for term, gain in (("short", short), ("long", long)):
            if abs(Decimal(told[prefix + term]) - gain) > near:
                yield f"{prefix}{term} gains are {gain:.2f}, not {told[prefix + term]}"
        if rates:
            tax = (short * rates[0] + long * rates[1]) / 100
            taxes.append(tax)
            if abs(Decimal(told.get(prefix + "tax", "NaN")) - tax) > near:
                yield f"the {prefix}tax is {tax:.2f}"
    if rates and abs(Decimal(told["saved"]) - (taxes[1] - taxes[0])) > CENT * len(proportional) * 3:
        yield f"the tax saved is {taxes[1] - taxes[0]:.2f}, not {told['saved']}"


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
    for row in rows:
        quantity = sold.get(id(row), ZERO)
        for other in rows if quantity else ():
            held = other.quantity - other.kept - sold.get(id(other), ZERO)
            if other is row or other.share != row.share or held < case.step(other):
                continue
            amount = min(quantity * row.unit, held * other.unit)
            saved = _cost(case, row, quantity) - _cost(case, row, quantity - amount / row.unit)
            before = sold.get(id(other), ZERO)
            added = _cost(case, other, before + amount / other.unit) - _cost(case, other, before)
            if added < saved - _room(case, row) - _room(case, other) - CENT:
                yield f"{amount:.2f} of {other.symbol} for {row.symbol} save {saved - added:.2f}"


def _room(case: Case, holding: Holding) -> Decimal:
    """What two units of a holding may cost in tax, by the lot that costs or saves most."""
    lots = raw_lots(case.evidence, holding)
    rates = _rates(case) or (Decimal(1000), Decimal(1))
    most = max(abs(holding.unit - lot.cost / lot.quantity) for lot in lots)
    return 2 * case.step(holding) * most * max(rates) / 100


def _cost(case: Case, holding: Holding, quantity: Decimal) -> Decimal:
    """The tax of a sale; without rates gains of a short term weigh a thousand times the others."""
    rates = _rates(case)
    if rates:
        short, long = _gains(case, holding, quantity)
        return (short * rates[0] + long * rates[1]) / 100
    parts = list(_parts(case, holding, quantity))
    weights = (1000 if short and gain > 0 else 1 for short, gain in parts)
    return sum((gain * weight for (_, gain), weight in zip(parts, weights)), ZERO) / 100


def _gains(case: Case, holding: Holding, quantity: Decimal) -> _Gains:
    parts = list(_parts(case, holding, quantity))
    short = sum((gain for is_short, gain in parts if is_short), ZERO)
    return short, sum((gain for is_short, gain in parts if not is_short), ZERO)


def _parts(case: Case, holding: Holding, quantity: Decimal) -> Iterator[tuple[bool, Decimal]]:
    """Whether each lot that a sale takes, the oldest first, is short-term, and its gain."""
    for lot in ordered(raw_lots(case.evidence, holding), "FIFO"):
        part = min(lot.quantity, quantity)
        if part <= 0:
            return
        quantity -= part
        gain = part * (holding.value / holding.quantity - lot.cost / lot.quantity)
        yield not over_a_year(lot.held_since, case.document["as_of"]), gain


def _has_lots(case: Case, holding: Holding) -> bool:
    return lots_are_told(case.evidence, holding)


def _sales(case: Case) -> list[tuple[Holding, Decimal]]:
    return [
        (row, Decimal(trade["quantity"]))
        for trade, row in case.pairs
        if row and trade["action"] == "SELL"
    ]


def _proportional(case: Case) -> list[tuple[Holding, Decimal]]:
    """The sales in proportion, as they are told; each of a holding that there is."""
    told: list[DocumentPart] = case.document["tax_aware"]["proportional"]
    names = ("symbol", "conid", "currency", "asset_class")
    found = []
    for sale in told:
        for row in case.traded:
            own = (plain(row.symbol), plain(row.conid), plain(row.currency), row.asset_class)
            if own == tuple(sale[name] for name in names):
                found.append((row, Decimal(sale["quantity"])))
                break
    return found


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
    Check("classes as in proportion", classes_as_in_proportion, lambda c: not _others_decide(c)),
    Check("no cheaper sale", no_cheaper_sale, lambda c: not _others_decide(c)),
)
