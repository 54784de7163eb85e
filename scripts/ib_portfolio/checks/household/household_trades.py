"""Checks of the trades of several accounts against each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..case import COARSE, Case
from .household_case import ZERO, HouseholdCase, added

Problems = Iterator[str]
_TAX_FREE, _TAXABLE = "tax-free", "taxable"


def one_direction(household: HouseholdCase) -> Problems:
    """No share of the target, and no security, is sold in one account and bought in another."""
    actions: dict[str, set[str]] = {}
    for case in household.cases:
        for trade, row in case.pairs:
            share = row.share if row else trade["asset_class"]
            for name in (share, _contract(trade)):
                actions.setdefault(name, set()).add(trade["action"])
    for name, both in actions.items():
        if len(both) > 1:
            yield f"{name} is sold in one account and bought in another"


def _contract(trade: dict) -> str:
    """What is one security in all accounts: by IBKR's number, else by name, currency and class."""
    named = f"{trade['symbol']} ({trade['currency']}, {trade['asset_class']})"
    return trade["conid"] or named


def losses_are_told(household: HouseholdCase) -> bool:
    """Whether every sale tells what it realises."""
    return all(
        trade["estimated_realized_gain"] is not None
        for case in household.cases
        for trade in case.trades
        if trade["action"] == "SELL"
    )


def no_wash(household: HouseholdCase) -> Problems:
    """No account buys what another, or itself, sells at a loss."""
    bought = {
        _contract(trade): case.document["account"]
        for case in household.cases
        for trade in case.trades
        if trade["action"] == "BUY"
    }
    for case in household.cases:
        for trade in case.trades:
            name = _contract(trade)
            sold = trade["action"] == "SELL" and Decimal(trade["estimated_realized_gain"]) < 0
            if sold and name in bought:
                yield f"{trade['symbol']} is sold at a loss and {bought[name]} buys it"


def kinds_are_told(household: HouseholdCase) -> bool:
    """Whether a policy says of one account that it is taxable and of another that it is not."""
    return {_TAX_FREE, _TAXABLE} <= {_kind(household, case) for case in household.cases}


def gains_where_free(household: HouseholdCase) -> Problems:
    """Nothing is sold at a gain where that is taxed while a tax-free account could sell it.

    That is one that may sell as much of the same share, and could buy what the other buys.
    """
    room = household.whole * COARSE
    told = [(_kind(household, one), one) for one in household.cases]
    taxed, free = ([one for kind, one in told if kind == word] for word in (_TAXABLE, _TAX_FREE))
    for case in taxed:
        buys = {row.share for trade, row in case.pairs if row and trade["action"] == "BUY"}
        for share in {row.share for trade, row in case.pairs if row and _gains(trade)}:
            for other in free:
                could = {row.share for row in other.traded if row.share != share}
                enough = min(_may_sell(other, share), -added(case, share)) > room
                if enough and buys <= could:
                    yield f"{share} is sold at a gain in {_number(case)}, not in {_number(other)}"


def _may_sell(case: Case, share: str) -> Decimal:
    """What of a share an account may still sell after its plan."""
    rows = [row for row in case.traded if row.share == share]
    return sum((row.value - row.kept * row.unit for row in rows), ZERO) + added(case, share)


def _gains(trade: dict) -> bool:
    gain = trade["estimated_realized_gain"]
    return trade["action"] == "SELL" and gain is not None and Decimal(gain) > 0


def _kind(household: HouseholdCase, case: Case) -> str:
    """taxable or tax-free as the policy's line on an account says, "" for none; it is masked."""
    first, _, last = _number(case).partition("***")
    for part in filter(None, household.asked.get("account-kinds", "").split(";")):
        number, _, told = part.partition("=")
        if number.startswith(first) and last and number.endswith(last):
            return told.partition(":")[0]
    return ""


def _number(case: Case) -> str:
    return case.document["account"]
