"""Checks of what a run asked for beyond its profile. Loaded only when it asked for something."""

from __future__ import annotations

from decimal import Decimal

from .case import CENT, ZERO, Case, Check, Problems, name_of, total
from .evidence import amount_asked
from .options.option_figures import holding_values, left_in_units, new_money
from .target_checks import larger_orders
from .targets.asked import bands_by_share
from .targets.band_checks import share_bands
from .targets.shares import is_inside


def no_sales(case: Case) -> Problems:
    """With --no-sell nothing is sold."""
    if "no-sell" in case.evidence.asked:
        for trade in case.trades:
            if trade["action"] != "BUY":
                yield f"{name_of(trade)} sells"


def turnover_under_cap(case: Case) -> Problems:
    """With --max-turnover all orders together are at most that share of the whole."""
    if "max-turnover" in case.evidence.asked:
        cap = case.whole * amount_asked(case.evidence.asked, "max-turnover") / 100
        if total(case.trades, "amount") > cap:
            yield f"the orders come to {total(case.trades, 'amount')}, more than {cap:.2f}"


def no_small_orders(case: Case) -> Problems:
    """With --min-trade no order is smaller."""
    least = amount_asked(case.evidence.asked, "min-trade")
    for trade in case.trades:
        if Decimal(trade["amount"]) < least:
            yield f"{name_of(trade)} is of {trade['amount']} only"


def band_kept(case: Case) -> Problems:
    """Inside the band nothing is traded; outside something is, unless no whole unit helps."""
    if "band" not in case.evidence.asked:
        return
    yield from share_bands(case)
    inside = is_inside(case.shares, case.evidence)
    if inside != case.document["band"]["inside"]:
        yield "the plan does not say rightly whether it is inside the band"
    if bands_by_share(case.evidence.asked):
        return
    flow = amount_asked(case.evidence.asked, "contribute")
    for trade in case.trades if inside else ():
        invests = trade["action"] == "BUY" and total(case.trades, "amount", "BUY") <= (
            flow + step_total(case)
        )
        raises = trade["action"] == "SELL" and case.raises_money()
        if not ((invests and flow) or raises):
            yield f"every class is inside its band, but {name_of(trade)} is planned"


def step_total(case: Case) -> Decimal:
    """One unit of each holding that is bought: what rounding may add to an amount."""
    steps = (case.step_value(row) for trade, row in case.pairs if row and trade["action"] == "BUY")
    return sum(steps, ZERO)


def withdrawal_there(case: Case) -> Problems:
    """What is withdrawn is there after the trades, beside the reserve, or the plan says so."""
    short = case.evidence.set_aside - Decimal(case.document["summary"]["cash_after"])
    said = any(f"{short:,}" in warning for warning in case.document["warnings"])
    if short > 0 and not said:
        yield f"of what is withdrawn {short} is not there"


def locks_kept(case: Case) -> Problems:
    """What is locked has no order."""
    locked = {(row.symbol, row.currency) for row in case.locked}
    free = {(row.symbol, row.currency) for row in case.traded}
    for trade in case.trades:
        if (trade["symbol"], trade["currency"]) in locked - free:
            yield f"{name_of(trade)} is locked"


def leftovers(case: Case) -> Problems:
    """What a cap leaves for later is said with the amounts that the orders lack."""
    for row in case.document.get("left", []):
        if Decimal(row["amount"]) < CENT:
            yield f"{row['symbol']} is left with {row['amount']}"


def currencies_kept(case: Case) -> Problems:
    """With --keep-currencies nothing is exchanged."""
    for row in case.document.get("exchanges", []):
        yield f"{row['action']} {row['pair']} although no currency may be exchanged"


_MIN_TRADE = ("min-trade",)
CHECKS = (
    (Check("no sales", no_sales), ("no-sell",)),
    (Check("new money", new_money), ("no-sell",)),
    (Check("left in units", left_in_units), ("max-turnover",)),
    (Check("values of holdings", holding_values), ("html",)),
    (Check("turnover under its cap", turnover_under_cap), ("max-turnover",)),
    (Check("no small orders", no_small_orders), ("min-trade",)),
    (Check("larger orders instead", larger_orders, Case.larger_orders_reach_profile), _MIN_TRADE),
    (Check("band", band_kept), ("band",)),
    (Check("withdrawal there", withdrawal_there), ("withdraw",)),
    (Check("locks", locks_kept), ("lock", "cash_symbols")),
    (Check("left for later", leftovers), ("max-turnover",)),
    (Check("currencies kept", currencies_kept), ("keep-currencies",)),
)
