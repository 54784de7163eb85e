"""Checks of the cash of each currency and of its exchange. Loaded only when there are several."""

from __future__ import annotations

from decimal import Decimal

from ..case import CENT, ZERO, Case, Check, Problems, cents
from ..data_files import read_data

_Range = tuple[Decimal, Decimal]


def _rows(case: Case) -> dict[str, dict[str, str]]:
    return {row["currency"]: row for row in case.document.get("currencies", [])}


def currencies(case: Case) -> Problems:
    """Each currency is told once, and from its cash, its orders and its exchanges to its end."""
    rows, before = _rows(case), case.cash_before
    missing = case.currency_names - set(rows)
    if missing or len(rows) != len(case.document.get("currencies", [])):
        yield f"the currencies leave out or double {sorted(missing)}"
    for name, row in rows.items():
        cash = before.get(name, ZERO) if case.evidence.cash_rows else None
        if cash != (None if row["cash_before"] is None else Decimal(row["cash_before"])):
            yield f"the cash in {name} is {cash} before, not {row['cash_before']}"
        for field, figure in _moved(case, name).items():
            if Decimal(row[field]) != figure:
                yield f"{field} in {name} are {figure}, not {row[field]}"
        least, most = _exchanged(case, name)
        if not least <= Decimal(row["exchanged"]) <= most:
            yield f"the exchanges bring {least} {name}, not {row['exchanged']}"
        if (cash is None) != (row["cash_after"] is None):
            yield f"the cash in {name} after is told although it is not known before"
        elif cash is not None and cash + _net(row) != Decimal(row["cash_after"]):
            yield f"the cash in {name} does not end at {row['cash_after']}"


def _net(row: dict[str, str]) -> Decimal:
    out = Decimal(row["buys"]) + Decimal(row["commissions"])
    return Decimal(row["sells"]) + Decimal(row["exchanged"]) - out


def _moved(case: Case, name: str) -> dict[str, Decimal]:
    """What the orders in a currency move, each at its price by the input's rate, to the cent."""
    sums = dict.fromkeys(("sells", "buys", "commissions"), ZERO)
    for trade, holding in case.pairs:
        if holding is not None and trade["currency"] == name:
            side, sign = ("sells", -1) if trade["action"] == "SELL" else ("buys", 1)
            moved = Decimal(trade["quantity"]) * Decimal(trade["price"])
            # Accrued interest goes with the amount; taxes are always paid.
            interest, taxes = (
                Decimal(trade.get(key, "0")) for key in ("accrued_interest", "taxes")
            )
            sums[side] += cents(moved / holding.rate)
            sums[side] += sign * cents((sign * interest + taxes) / holding.rate)
            sums["commissions"] += cents(Decimal(trade["commission"]) / holding.rate)
    return sums


def _exchanged(case: Case, name: str) -> _Range:
    """The least and the most that the exchanges add to a currency, costs in the base's taken."""
    least = most = ZERO
    for row in case.document.get("exchanges", []):
        first, _, second = row["pair"].partition(".")
        amount, sign = Decimal(row["amount"]), 1 if row["action"] == "BUY" else -1
        ends = (ZERO, ZERO)
        if name == first:
            ends = (sign * amount, sign * amount)
        elif name == second:
            own, other = _rate(case, first), _rate(case, second)
            ends = (
                cents(-sign * amount * own[0] / other[1]),
                cents(-sign * amount * own[1] / other[0]),
            )
        least, most = least + min(ends), most + max(ends)
        if name == case.document["base_currency"]:
            least, most = least - Decimal(row["cost"]), most - Decimal(row["cost"])
    return least, most


def _rate(case: Case, name: str) -> _Range:
    """The lowest and highest rate of a currency in the input; rows of other days may differ."""
    found = [row.rate for row in case.evidence.holdings if row.currency == name]
    found += [rate for known, rate in case.evidence.rates if known == name]
    if name == case.document["base_currency"]:
        found = [Decimal(1)]
    return min(found, default=Decimal(1)), max(found, default=Decimal(1))


def exchange_again(value: Decimal, usd: Decimal) -> Decimal:
    """What exchanging so much costs, in base currency to the cent; `usd` is a dollar in it."""
    table = read_data("market/fees.json")["exchange"]
    share = value * Decimal(table["basis_points"]) / 10_000
    return cents(max(share, Decimal(table["minimum"]) * usd))


def exchanges(case: Case) -> Problems:
    """Each exchange is of a pair as IBKR quotes it, and its value and cost are those of the input.

    Where the list of pairs lacks one, the plan says so.
    """
    quoted = read_data("market/currency_pairs.json")["quoted"]
    for row in case.document.get("exchanges", []):
        first, _, second = row["pair"].partition(".")
        amount, value = Decimal(row["amount"]), Decimal(row["value"])
        if first != row["currency"] or amount <= 0:
            yield f"{row['pair']} is not ordered in {row['currency']}"
        if second not in quoted.get(first, "").split():
            said = any(row["pair"] in text for text in case.document["warnings"])
            if first in quoted.get(second, "").split() or not said:
                yield f"IBKR does not quote {row['pair']}"
        least, most = (cents(amount * rate) for rate in _rate(case, first))
        if not least <= value <= most:
            yield f"{amount} {first} are worth {least}, not {value}"
        cost = exchange_again(value, case.evidence.usd)
        if cost != Decimal(row["cost"]):
            yield f"the exchange of {amount} {first} costs {cost}"


def _ends(case: Case) -> dict[str, Decimal]:
    """Where each currency ends by the plan's own rows, from the cash of the input."""
    before = case.cash_before
    return {name: before.get(name, ZERO) + _net(row) for name, row in _rows(case).items()}


def no_new_debits(case: Case) -> Problems:
    """No currency ends below zero, or further below zero than it began."""
    before = case.cash_before
    for name, after in _ends(case).items():
        if after < min(before.get(name, ZERO), ZERO):
            yield f"the cash in {name} ends at {after}, from {before.get(name, ZERO)}"


def debits_paid(case: Case) -> Problems:
    """No debit stays beside a credit, unless the exchanges may cost more than they pay back.

    Those are two for each currency at most, with the one for what they cost themselves.
    """
    table = read_data("market/fees.json")["exchange"]
    minimum = Decimal(table["minimum"]) * case.evidence.usd
    worth = {name: after * _rate(case, name)[0] for name, after in _ends(case).items()}
    credit = max((value for value in worth.values() if value > 0), default=ZERO)
    for name, value in worth.items():
        if min(-value, credit) > 2 * minimum * len(worth) + CENT:
            yield f"{name} ends {value:.2f} below zero beside a credit of {credit:.2f}"


def nothing_needless(case: Case) -> Problems:
    """A currency is bought only as far as it was lacking, to within a few smallest commissions.

    Where money for the commissions is exchanged too, their number is not known beforehand.
    """
    ends, count = _ends(case), len(case.document.get("exchanges", []))
    fee = Decimal(read_data("market/fees.json")["exchange"]["minimum"]) * case.evidence.usd
    for name, row in _rows(case).items():
        rate = _rate(case, name)[1]
        slack = (count + 2) * (fee + CENT * 10 * max(case.evidence.usd, rate, Decimal(1)))
        if min(Decimal(row["exchanged"]), ends[name]) * rate > slack:
            yield f"{name} is bought although {ends[name]} of it are left"


def sum_of_currencies(case: Case) -> Problems:
    """All currencies together end at the plan's cash, as far from it as they began."""
    before, rows = case.cash_before, _rows(case)
    rates = {name: _rate(case, name) for name in {*before, *rows}}
    began = sum((amount * rates[name][1] for name, amount in before.items()), ZERO)
    ended = sum((after * rates[name][1] for name, after in _ends(case).items()), ZERO)
    off = ended - Decimal(case.document["summary"]["cash_after"])
    off -= began - cents(case.evidence.cash)
    count = 2 * len(case.trades) + 2 * len(case.document.get("exchanges", [])) + len(rows)
    slack = CENT * count * max(rate for _, rate in rates.values())
    for name, row in rows.items():
        moved = sum((abs(Decimal(row[field])) for field in ("sells", "buys", "exchanged")), ZERO)
        slack += moved * (rates[name][1] - rates[name][0] + Decimal("1e-9"))
    if abs(off) > slack:
        yield f"the currencies come to {ended:.2f}, {off:.2f} from the cash after the trades"


def _exchanges_asked(case: Case) -> bool:
    return "keep-currencies" not in case.evidence.asked


CHECKS = (
    Check("currencies", currencies),
    Check("exchanges", exchanges),
    Check("no new debits", no_new_debits, _exchanges_asked),
    Check("debits paid back", debits_paid, _exchanges_asked),
    Check("nothing exchanged needlessly", nothing_needless),
    Check("currencies come to the cash", sum_of_currencies),
)
