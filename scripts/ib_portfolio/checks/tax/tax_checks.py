"""Checks of /tax-report: every total again from the raw rows of trades, cash and positions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal

from ...core.record import Record
from ..case import CENT, ZERO, Problems, cents
from .open_lots import masked
from .raw_cash import kind_of_row
from .raw_lots import over_a_year
from .raw_trades import RawStatement, RawTrades, contract_of, is_ruled, rate_of
from .wash_checks import replaced_losses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult

Row = dict[str, str]


class TaxCase(Record):
    """The document beside the raw accounts."""

    document: dict
    accounts: list[RawTrades]

    def has(self, day: str) -> bool:
        """Whether a day is in the year of the document."""
        return day[:4] == self.document["label"]


def check_taxes(document: dict, raw: list[list[RawStatement]]) -> list[CheckResult]:
    """The result of each check of a document against the statements of each account."""
    case = TaxCase(document, [RawTrades(statements) for statements in raw])
    results: list[CheckResult] = []
    for name, problems_of in CHECKS.items():
        problems = list(problems_of(case))
        detail = "; ".join(problems[:3])
        results.append({"name": name, "passed": not problems, "detail": detail})
    return results


def lots_listed(case: TaxCase) -> Problems:
    """Each closed lot of the year is listed once, with its term and its gain in both currencies."""
    wanted = sorted(row[:6] for row in _closed(case) if row.category != "CASH")
    found = sorted(
        (
            row["account"],
            row["contract"],
            row["closed"],
            row["term"],
            cents(Decimal(row["gain"])),
            cents(Decimal(row["gain_base"])),
        )
        for row in case.document["gains"]["lots"]
    )
    if wanted != found:
        yield f"the statement has {len(wanted)} closed lots, {len(found)} are listed or differ"


def gains_add_up(case: TaxCase) -> Problems:
    """The totals by term, by currency and over all are the sums of the raw rows."""
    rows = [row for row in _closed(case) if row.category != "CASH"]
    gains = case.document["gains"]
    for term, claim in gains["totals"].items():
        own = [row.exact for row in rows if row.term == term]
        won = sum((gain for gain in own if gain > 0), ZERO)
        lost = sum((gain for gain in own if gain < 0), ZERO)
        wanted = [cents(won), cents(lost), cents(won + lost)]
        if [Decimal(claim[name]) for name in ("gains", "losses", "net")] != wanted:
            yield f"the {term} gains come to {wanted[2]}"
    whole = cents(sum((row.exact for row in rows), ZERO))
    if Decimal(gains["net"]) != whole:
        yield f"all gains come to {whole}"
    by_currency = sum((Decimal(row["base"]) for row in gains["by_currency"]), ZERO)
    if abs(by_currency - whole) > CENT * (len(gains["by_currency"]) + 1):
        yield f"the currencies come to {by_currency}"
    traded = cents(sum((row.exact for row in _closed(case) if row.category == "CASH"), ZERO))
    if Decimal(gains["of_currencies"]) != traded:
        yield f"currencies bought and sold realised {traded}"


def payments_listed(case: TaxCase) -> Problems:
    """Every row of cash is listed under its kind or counted as left out; none is lost."""
    wanted, moved = [], 0
    for account, row, day in _cash(case):
        kind = kind_of_row(row)
        if not kind:
            moved += 1
            continue
        wanted.append((masked(account), day, kind, cents(Decimal(row["amount"]))))
    found = [
        (row["account"], row["date"], row["kind"], Decimal(row["amount"]))
        for row in case.document["payments"]
    ]
    if sorted(wanted) != sorted(found):
        yield f"the statement has {len(wanted)} payments, {len(found)} are listed or differ"
    if moved != case.document["left_out"]:
        yield f"{moved} rows are no income, not {case.document['left_out']}"


def payments_add_up(case: TaxCase) -> Problems:
    """The sums by kind, by currency and by country are those of the raw rows."""
    by_kind: dict[str, Decimal] = {}
    for _, row, _ in _cash(case):
        if kind_of_row(row):
            amount = Decimal(row["amount"]) * rate_of(row)
            by_kind[kind_of_row(row)] = by_kind.get(kind_of_row(row), ZERO) + amount
    for kind, claim in case.document["cash_totals"].items():
        if Decimal(claim) != cents(by_kind.get(kind, ZERO)):
            yield f"{kind} comes to {cents(by_kind.get(kind, ZERO))}, not {claim}"
    for kind, amount in by_kind.items():
        rows = [row for row in case.document["cash"] if row["kind"] == kind]
        if abs(sum((Decimal(row["base"]) for row in rows), ZERO) - amount) > CENT * (len(rows) + 1):
            yield f"the currencies of {kind} do not come to {cents(amount)}"
    withheld = [Decimal(row["base"]) for row in case.document["withheld"]]
    off = sum(withheld, ZERO) - by_kind.get("withheld", ZERO)
    if abs(off) > CENT * (len(withheld) + 1):
        yield "the countries do not come to what was withheld"


def costs_add_up(case: TaxCase) -> Problems:
    """Commissions and levies are those of all executions of the year in base currency."""
    paid, levies = ZERO, ZERO
    for one in case.accounts:
        for row in one.executions():
            if case.has(one.day(row.get("tradeDate") or row.get("dateTime", ""))):
                paid_in = row.get("ibCommissionCurrency") or row.get("currency", "")
                if paid_in not in (row.get("currency"), case.document["base_currency"]):
                    return  # converted with a rate of other rows
                own = paid_in == row.get("currency")
                paid += Decimal(row.get("ibCommission") or 0) * (rate_of(row) if own else 1)
                levies += Decimal(row.get("taxes") or 0) * rate_of(row)
    costs = case.document["costs"]
    if [Decimal(costs["commissions"]), Decimal(costs["taxes"])] != [cents(paid), cents(levies)]:
        yield f"commissions come to {cents(paid)} and taxes to {cents(levies)}"


def discounts_again(case: TaxCase) -> Problems:
    """Each accrual is the growth at one yield between its two days, and they sum to the total."""
    lots = {
        (contract, one.day(row["openDateTime"]), Decimal(row["position"])): (one.rate(row), row)
        for one in case.accounts
        for row in one.open_lots()
        if row.get("assetCategory") == "BOND"
        for contract in (row.get("symbol", ""),)
    }
    total = ZERO
    for claim in case.document["discounts"]:
        total += Decimal(claim["accrued"])
        rate, row = lots.get((claim["symbol"], claim["opened"], Decimal(claim["face"])), (ZERO, {}))
        if row.get("assetCategory") != "BOND" or Decimal(row.get("coupon") or 0):
            yield f"{claim['symbol']} of {claim['opened']} is no zero-coupon bond that is held"
            continue
        face, cost = Decimal(row["position"]) * rate, Decimal(row["costBasisMoney"]) * rate
        end = row.get("maturity") or row["symbol"].split()[-1]
        days = _days(claim["opened"], _maturity(end))
        first, last = (_days(claim["opened"], claim[name]) for name in ("from", "to"))
        worth = [cost * (face / cost) ** (Decimal(count) / days) for count in (first, last)]
        if abs(worth[1] - worth[0] - Decimal(claim["accrued"])) > CENT:
            yield f"{claim['symbol']} accrues {worth[1] - worth[0]:.2f}, not {claim['accrued']}"
        if not case.document["label"] <= claim["from"] <= claim["to"]:
            yield f"{claim['symbol']} accrues outside the year"
    if abs(total - Decimal(case.document["discount_total"])) > CENT * (len(lots) + 1):
        yield f"the discounts come to {total}"


def wash_sales_again(case: TaxCase) -> Problems:
    """What is disallowed is what another matcher of losses and purchases comes to."""
    amount, count = ZERO, 0
    for loss, parts in replaced_losses(case.accounts):
        if case.has(loss.day):
            count += 1
            amount += cents(loss.amount * sum(parts.values(), ZERO) / loss.quantity)
    wash = case.document["wash_sales"]
    stated = sum((Decimal(part) for part in wash["disallowed"].values()), ZERO)
    if stated != amount or wash["sales"] != count:
        yield f"{count} losses are disallowed by {amount}, not {wash['sales']} by {stated}"
    if wash["yes"] + wash["possible"] + wash["cannot_tell"] != wash["sales"]:
        yield "the verdicts are not one for each loss"


def figures_compared(case: TaxCase) -> Problems:
    """Every comparison says rightly whether the two agree; IBKR's own figures are the raw ones."""
    own: dict[str, Decimal] = {}
    for one in case.accounts:
        for row in one.rows_of("FIFOPerformanceSummaryUnderlying"):
            symbol = row.get("symbol", "")
            if symbol or row.get("conid"):
                own[symbol] = own.get(symbol, ZERO) + Decimal(row["totalRealizedPnl"])
    names = ("Trade", "Order", "Lot", "CashTransaction")
    rows = sum(1 for one in case.accounts for name in names for _ in one.rows_of(name))
    for row in case.document["compared"]:
        ours, theirs, off = (Decimal(row[name]) for name in ("ours", "ibkr", "difference"))
        if abs(ours - theirs - off) > CENT:
            yield f"{row['what']}: the difference is not {off}"
        rounding = Decimal(row["rounding"])
        if rounding > CENT * (rows + 1) or row["agrees"] != (abs(off) <= rounding):
            yield f"{row['what']}: whether the two agree is told wrongly"
        if row["key"] == "compare_summary" and abs(own.get(row["symbol"], ZERO) - theirs) > CENT:
            yield f"{row['what']}: IBKR's own figure is not {theirs}"


CHECKS: dict[str, Callable[[TaxCase], Problems]] = {
    "closed lots": lots_listed,
    "sums of gains": gains_add_up,
    "payments": payments_listed,
    "sums of payments": payments_add_up,
    "costs": costs_add_up,
    "discounts": discounts_again,
    "wash sales": wash_sales_again,
    "comparisons": figures_compared,
}


class _Closed(Record):
    account: str
    contract: str
    day: str
    term: str
    gain: Decimal  # to the cent, in the contract's currency
    base: Decimal  # to the cent
    exact: Decimal
    category: str


def _closed(case: TaxCase) -> Iterator[_Closed]:
    """The closed lots of the year; whole closing trades where no lots are listed."""
    for one in case.accounts:
        for row in one.closed if one.has_lots else one.executions():
            day = one.day(row.get("tradeDate") or row.get("dateTime", ""))
            gain = Decimal(row.get("fifoPnlRealized") or 0)
            if not case.has(day) or not (gain or one.has_lots):
                continue
            yield _Closed(
                masked(one.account),
                *(contract_of(row), day, _term(one, row, day)),
                *(cents(gain), cents(gain * rate_of(row)), gain * rate_of(row)),
                row.get("assetCategory", ""),
            )


def _term(one: RawTrades, row: Row, day: str) -> str:
    since = one.day(row.get("holdingPeriodDateTime", "")) or one.day(row.get("openDateTime", ""))
    termed = is_ruled(row) or row.get("assetCategory") in ("OPT", "IOPT", "CMDTY")
    covered = row.get("buySell", "").startswith("BUY")
    if not one.has_lots or not since or not termed or covered:
        return "not_split"
    return "long" if over_a_year(since, day) else "short"


def _cash(case: TaxCase) -> Iterator[tuple[str, Row, str]]:
    """The rows of cash of the year: account, row, day; sums are left out where details are."""
    for one in case.accounts:
        for rows in one.by_statement("CashTransaction"):
            details = [row for row in rows if row.get("levelOfDetail", "").upper() != "SUMMARY"]
            for row in details or rows:
                texts = (row.get(name, "") for name in ("dateTime", "settleDate", "reportDate"))
                day = next(found for found in map(one.day, texts) if found)
                if case.has(day):
                    yield one.account, row, day


def _days(first: str, last: str) -> int:
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


def _maturity(text: str) -> str:
    """The day of a maturity written as 20400215, 2040-02-15 or 02/15/40."""
    if "/" in text:
        month, day, year = text.split("/")
        return f"20{year[-2:]}-{month}-{day}"
    digits = text.replace("-", "")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
