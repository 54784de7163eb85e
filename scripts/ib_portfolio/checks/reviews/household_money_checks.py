"""Checks of a household's sums: costs, bonds, income and cash, from the rows of all accounts."""

from __future__ import annotations

from decimal import Decimal

from ...core.plain_text import plain
from .bond_checks import (
    OF_FACE,
    BondAgain,
    bond_pairs,
    bonds_again,
    coupons_again,
    wrong_duration,
)
from .household_evidence import ZERO, HouseholdCase, MemberEvidence, Problems, cash_of, sum_of
from .money_checks import dividends_again, payments_again, trade_costs_again
from .review_evidence import HALF_CENT, differs

_TRADES = ("turnover", "commissions", "taxes", "exchange_commissions")
_PAYMENTS = ("fees", "interest_paid", "interest_received")
_BONDS = ("BOND", "BILL")
_CASH = "CASH"


def costs(case: HouseholdCase) -> Problems:
    """What is told of every account is summed up from the raw rows, the rest is not told."""
    if not case.adds_up:
        return
    part, own = case.household["costs"], [one["costs"] for one in case.accounts]
    names = (*_TRADES, *_PAYMENTS, "interest_net")
    for name in names:
        told = all(one[name] is not None for one in own)
        if told != (part[name] is not None):
            yield f"{name} is {'' if told else 'not '}told of all accounts"
    told_of = [name for name in names if all(one[name] is not None for one in own)]
    sums = {name: sum_of(one[name] for one in own) for name in told_of}
    if "turnover" in sums:
        rows = [trade_costs_again(one.rows) for one in case.members]
        sums.update({name: sum_of(row[name] for row in rows) for name in _TRADES})
        turnover = sums["turnover"]
        points = sums["commissions"] * 10_000 / turnover if turnover else None
        if differs(part["basis_points"], points):
            yield f"{part['basis_points']} basis points"
    if "fees" in sums and all(one.rows.rows.get("CashTransaction") for one in case.members):
        paid = [payments_again(one.rows) for one in case.members]
        sums.update({name: sum_of(row[name] for row in paid) for name in _PAYMENTS})
        sums["interest_net"] = sums["interest_received"] - sums["interest_paid"]
    for name, found in sums.items():
        told_by_rows = "turnover" in sums or name not in _TRADES
        if part[name] is not None and differs(part[name], found, 1 if told_by_rows else len(own)):
            yield f"{name} {part[name]}, not {found}"
    yield from _cash_over(case)
    periods = {(one["from_date"], one["to_date"]) for one in own}
    wanted = periods.pop() if len(periods) == 1 else ("", "")
    if (part["from_date"], part["to_date"]) != wanted:
        yield f"the period is {wanted}"


def _cash_over(case: HouseholdCase) -> Problems:
    """The cash over its target is that of all accounts over the one target of the checked plan."""
    assert case.totals is not None
    told = {row["asset_class"]: row for row in case.totals["classes"]}[_CASH]
    wanted = Decimal(case.totals["investable_value"] or 0) * Decimal(told["target_pct"]) / 100
    over = max(Decimal(told["current_value"]) - wanted, ZERO)
    claim = case.household["costs"]["cash_over_target"]
    if abs(Decimal(claim) - over) > HALF_CENT:
        yield f"cash over its target {claim}, not {over:.2f}"


def bonds(case: HouseholdCase) -> Problems:
    """The bonds are those of all accounts; years, values and the duration are derived again."""
    if not case.adds_up:
        return
    part = case.household["bonds"]
    rows = [row for one in case.accounts for row in one["bonds"]["rows"]]
    if sorted(map(_bond_key, rows)) != sorted(map(_bond_key, part["rows"])):
        yield "the bonds are not those of the accounts"
    held = sorted(
        plain(raw.symbol)
        for one in case.members
        for raw in one.rows.positions
        if raw.category in _BONDS and raw.quantity > 0
    )
    named = [row["symbol"] for row in (*part["rows"], *part["not_computed"])]
    if sorted([*named, *part["matured"]]) != held:
        yield f"the bonds are {', '.join(held)}"
    years: dict[int, list[Decimal]] = {}
    again: list[BondAgain] = []
    for document, one in zip(case.accounts, case.members):
        for claim, raw in bond_pairs(document, one.rows):
            sums = years.setdefault(int(claim["maturity"][:4]), [ZERO, ZERO, ZERO])
            sums[0] += 1
            sums[1] += raw.worth
            sums[2] += raw.quantity * raw.rate
        again += bonds_again(document, one.rows)
    claimed = {
        row["year"]: [Decimal(row["bonds"]), Decimal(row["value"]), Decimal(row["redemption"])]
        for row in part["ladder"]
    }
    if set(claimed) != set(years):
        yield f"the ladder's years are {sorted(years)}"
    for year in set(claimed) & set(years):
        pairs = zip(claimed[year], years[year])
        if any(abs(claim - found) > HALF_CENT for claim, found in pairs):
            yield f"{year}: {claimed[year]}, not {years[year]}"
    values = sum((sums[1] for sums in years.values()), ZERO)
    if Decimal(part["value"]) != values:
        yield f"bonds of {part['value']}, not {values}"
    for name in ("higher", "lower"):
        found = sum((getattr(own, name) for own in again), ZERO)
        face = sum((own.raw.quantity * own.raw.rate for own in again), ZERO)
        if abs(Decimal(part[name]) - found) > HALF_CENT + face * OF_FACE:
            yield f"{name} {part[name]}, not {found}"
    yield from wrong_duration(part["duration"], again)


def _bond_key(row: dict) -> tuple[str, ...]:
    """All that a document tells of a bond, but its account."""
    return tuple(str(row[name]) for name in sorted(row) if name != "account")


def income(case: HouseholdCase) -> Problems:
    """Coupons and dividends by symbol are those of all accounts, from the raw rows."""
    if not case.adds_up:
        return
    part = case.household["income"]
    coupons: dict[str, Decimal] = {}
    received: dict[str, Decimal] = {}
    for document, one in zip(case.accounts, case.members):
        own = document["income"]
        for name, amount in coupons_again(document, one.rows):
            _add(coupons, {name: amount})
        if own["dividends"] is not None:
            _add(received, dividends_again(own["since"], document["as_of"], one.rows))
    yield from _amounts("coupons", part["coupons"], part["coupon_total"], coupons)
    told = all(one["income"]["dividends"] is not None for one in case.accounts)
    if told != (part["dividends"] is not None):
        yield f"dividends are {'' if told else 'not '}told of all accounts"
    elif told:
        yield from _amounts("dividends", part["dividends"], part["dividend_total"], received)
    for name in ("withheld", "stated_dividends"):
        own = [one["income"][name] for one in case.accounts]
        found = None if None in own else sum_of(own)
        if differs(part[name], found, len(own)):
            yield f"{name} {part[name]}, not {found}"


def _add(sums: dict[str, Decimal], more: dict[str, Decimal]) -> None:
    for name, amount in more.items():
        sums[name] = sums.get(name, ZERO) + amount


def _amounts(
    kind: str, rows: list[dict[str, str]], total: str, found: dict[str, Decimal]
) -> Problems:
    claimed = {row["symbol"]: row["amount"] for row in rows}
    found = {name: amount for name, amount in found.items() if amount}
    shown = {name: amount for name, amount in claimed.items() if Decimal(amount)}
    if len(claimed) < len(rows):
        yield f"{kind} name a symbol twice"
    for name in {*found, *shown}:
        if differs(shown.get(name, "0"), found.get(name, ZERO)):
            yield f"{kind} of {name}: {shown.get(name)}, not {found.get(name)}"
    if differs(total, sum(found.values(), ZERO)):
        yield f"{kind} together: {total}"


def cash(case: HouseholdCase) -> Problems:
    """What is owed and what is idle is so in the raw cash of the account that is named."""
    if not case.adds_up:
        return
    for kind in ("debits", "idle_currencies"):
        rows = case.household[kind]
        own = [
            (one.name, row["currency"], row["amount"], row["value"], row["cost"], row["beside"])
            for one, document in zip(case.members, case.accounts)
            for row in document[kind]
        ]
        names = ("account", "currency", "amount", "value", "cost", "beside")
        if sorted(tuple(row[name] for name in names) for row in rows) != sorted(own):
            yield f"{kind} are not those of the accounts"
        values = [abs(Decimal(row["value"])) for row in rows]
        if values != sorted(values, reverse=True):
            yield f"{kind} are not in the order of their values"
        for row in rows:
            found = [_amount_of(one, row["currency"]) for one in case.members]
            named = dict(zip((one.name for one in case.members), found))
            if differs(row["amount"], named.get(row["account"], ZERO)):
                yield f"{row['account']}: {row['currency']} {row['amount']}"


def _amount_of(one: MemberEvidence, currency: str) -> Decimal:
    return sum((amount for name, amount in cash_of(one) if name == currency), ZERO)
