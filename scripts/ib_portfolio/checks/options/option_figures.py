"""Checks of figures that only an option prints: what is left, new money, and each holding's own."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import CENT, ZERO, Case, Problems, cash_kept, cents
from ..evidence import Holding
from ..market.piece_rules import planned_unit

_ROUNDED = Decimal("0.0051")  # a figure to the cent
_UNIT = Decimal("0.0001")  # of a weight


def left_in_units(case: Case) -> Problems:
    """What a cap on turnover leaves for later is whole steps of a holding, as orders are.

    Of an order that is cut, what is left is what two amounts to the cent differ by.
    """
    ordered: dict[str, Decimal] = {}
    for trade in case.trades:
        name = trade["symbol"]
        ordered[name] = ordered.get(name, ZERO) + Decimal(trade["amount"])
    for left in case.document.get("left", []):
        rows = [row for row in case.traded if plain(row.symbol) == left["symbol"]]
        amount = Decimal(left["amount"])
        done = ordered.get(left["symbol"], ZERO)
        room = CENT if done else ZERO
        if not any(
            abs(_in_steps(case, row, amount) - amount) <= room
            or abs(cents(row.value) - done - amount) <= room
            for row in rows
        ):
            yield f"{left['symbol']}: {amount} is no number of units"


def _in_steps(case: Case, row: Holding, amount: Decimal) -> Decimal:
    """What the whole steps nearest to an amount are worth, or all of the holding."""
    unit = planned_unit(row) * case.step(row)
    whole = cents(row.value)
    if not unit or abs(amount - whole) < CENT:
        return whole
    return cents((amount / unit).to_integral_value() * unit)


def new_money(case: Case) -> Problems:
    """The new money that would close every gap without a sale: the largest share decides."""
    wholes = [
        case.totals[name] * 100 / case.profile[name]
        for name in case.traded_shares
        if case.profile[name]
    ]
    wanted = max(max(wholes, default=ZERO) - case.whole, ZERO)
    told = case.document.get("new_money_to_close")
    if told is None or abs(Decimal(told) - wanted) > _ROUNDED:
        yield f"the new money is {wanted:.2f}, not {told}"


def holding_values(case: Case) -> Problems:
    """Of the page: what each holding and the cash are worth before and after, and their targets."""
    cash = f"{case.document['base_currency']}.CASH"
    moved = {id(row): Decimal(trade["amount"]) * _sign(trade) for trade, row in case.pairs if row}
    wanted: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for row in case.evidence.holdings:
        before = cents(row.value)
        wanted.setdefault(plain(row.symbol), []).append((before, before + moved.get(id(row), ZERO)))
    after = Decimal(case.document["summary"]["cash_after"])
    wanted.setdefault(cash, []).append((cents(case.evidence.cash), after))
    names = [row["symbol"] for row in case.document["holdings"]]
    for row in case.document["holdings"]:
        name = row["symbol"]
        if (Decimal(row["before"]), Decimal(row["after"])) not in wanted.get(name, []):
            yield f"{name} is not worth {row['before']} before and {row['after']} after"
        if names.count(name) == 1 and row["asset_class"] != CASH:
            least, most = _aimed_at(case, name, len(names))
            if not least <= Decimal(row["target"]) <= most:
                yield f"the target of {name} is {least:.2f} to {most:.2f}, not {row['target']}"
    if case.goals_are_profile():
        stays = cash_kept(case)
        kept = min(stays, max(case.goal_of(CASH), case.whole * case.profile[CASH] / 100))
        aimed = max(kept - min(case.cash_funds, max(kept, ZERO)), min(stays, ZERO))
        told = [
            Decimal(row["target"]) for row in case.document["holdings"] if row["symbol"] == cash
        ]
        if any(abs(one - aimed) > _ROUNDED for one in told):
            yield f"the target of the cash is {aimed:.2f}"


def _aimed_at(case: Case, name: str, count: int) -> tuple[Decimal, Decimal]:
    """What a holding should be worth at least and at most: to the cent, or by its weight.

    Weights are parts of the whole with what is owed then: as much as now, unless it is paid.
    """
    rows = [row for row in case.traded if plain(row.symbol) == name]
    coarse = rows and any(case.is_coarse(row) for row in case.traded if row.share == rows[0].share)
    if case.goals_are_profile() and len(rows) == 1 and not coarse:
        aimed = case.target_of(rows[0])
        return aimed - _ROUNDED, aimed + _ROUNDED
    free = cents(case.evidence.cash) - case.evidence.set_aside
    kept = cash_kept(case) - (case.totals[CASH] - free - case.cash_funds)
    wholes = sorted(case.whole - min(cash, ZERO) for cash in (kept, free))
    least, most = (case.weights.get(name, ZERO) * one / 100 for one in wholes)
    room = wholes[-1] * _UNIT / 100 * (count + 1) + _ROUNDED
    return least - room, most + room


def _sign(trade: dict) -> int:
    return 1 if trade["action"] == "BUY" else -1
