"""Checks of /tax-report: every figure again from the raw rows of trades, cash and positions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..case import ZERO, Problems, cents
from .comparison_checks import figures_compared
from .discount_checks import discounts_again
from .raw_cash import kind_of_row
from .raw_trades import RawLoss, RawStatement, RawTrades, rate_of
from .tax_case import (
    TERMS,
    TaxCase,
    cash_rows,
    closed_rows,
    payments_of,
    securities_closed,
    sum_by,
)
from .wash_checks import replaced_losses, term_of_loss

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult


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
    """Each closed lot of the year is listed once, with its days, size, term and gains."""
    wanted = sorted(
        (
            *(row.account, row.contract, row.day, row.term, cents(row.gain), cents(row.base)),
            *(row.symbol, row.isin, row.currency, row.quantity, row.opened, row.held_since),
        )
        for row in securities_closed(case)
    )
    names = ("gain", "gain_base", "quantity")
    found = sorted(
        (
            *(row["account"], row["contract"], row["closed"], row["term"]),
            *(gain, base, row["symbol"], row["isin"], row["currency"], quantity),
            *(row["opened"], row["held_since"]),
        )
        for row in case.document["gains"]["lots"]
        for gain, base, quantity in [[Decimal(row[name]) for name in names]]
    )
    if wanted != found:
        yield f"the statement has {len(wanted)} closed lots, {len(found)} are listed or differ"


def gains_add_up(case: TaxCase) -> Problems:
    """The totals by term, by currency and over all are the sums of the raw rows."""
    rows = securities_closed(case)
    gains = case.document["gains"]
    for term in TERMS:
        claim = gains["totals"][term]
        own = [row.base for row in rows if row.term == term]
        won = sum((gain for gain in own if gain > 0), ZERO)
        lost = sum((gain for gain in own if gain < 0), ZERO)
        wanted = [cents(won), cents(lost), cents(won + lost)]
        if [Decimal(claim[name]) for name in ("gains", "losses", "net")] != wanted:
            yield f"the {term} gains come to {wanted[2]}"
    whole = cents(sum((row.base for row in rows), ZERO))
    if Decimal(gains["net"]) != whole:
        yield f"all gains come to {whole}"
    traded = cents(sum((row.base for row in closed_rows(case) if row.category == "CASH"), ZERO))
    if Decimal(gains["of_currencies"]) != traded:
        yield f"currencies bought and sold realised {traded}"


def gains_by_currency(case: TaxCase) -> Problems:
    """Each currency has the gains of its own lots by term, and in base currency."""
    rows = securities_closed(case)
    claimed = {row["currency"]: row for row in case.document["gains"]["by_currency"]}
    if [row["currency"] for row in case.document["gains"]["by_currency"]] != sorted(
        {row.currency for row in rows}
    ):
        yield "the gains are in other currencies"
        return
    for currency, claim in claimed.items():
        own = [row for row in rows if row.currency == currency]
        by_term = sum_by((row.term, row.gain) for row in own)
        wanted = [cents(by_term.get(term, ZERO)) for term in TERMS]
        wanted.append(cents(sum((row.base for row in own), ZERO)))
        if [Decimal(claim[name]) for name in (*TERMS, "base")] != wanted:
            yield f"the gains in {currency} come to {wanted[-1]}"


def payments_listed(case: TaxCase) -> Problems:
    """Every row of cash is listed under its kind or counted as left out; none is lost."""
    wanted = sorted(
        (
            *(row.account, row.day, row.kind, cents(row.amount), cents(row.base), row.currency),
            *(row.symbol, row.isin, row.country, row.type, row.description),
        )
        for row in payments_of(case)
    )
    names = ("currency", "symbol", "isin", "country", "type", "description")
    found = sorted(
        (
            *(row["account"], row["date"], row["kind"], Decimal(row["amount"])),
            *(Decimal(row["base"]), *(row[name] for name in names)),
        )
        for row in case.document["payments"]
    )
    if wanted != found:
        yield f"the statement has {len(wanted)} payments, {len(found)} are listed or differ"
    moved = sum(
        case.has(day) and not kind_of_row(row)
        for one in case.accounts
        for row, day in cash_rows(one)
    )
    if moved != case.document["left_out"]:
        yield f"{moved} rows are no income, not {case.document['left_out']}"


def payments_add_up(case: TaxCase) -> Problems:
    """The sums by kind, by currency and by country are those of the raw rows."""
    rows = payments_of(case)
    by_kind = sum_by((row.kind, row.base) for row in rows)
    for kind, claim in case.document["cash_totals"].items():
        if Decimal(claim) != cents(by_kind.get(kind, ZERO)):
            yield f"{kind} comes to {cents(by_kind.get(kind, ZERO))}, not {claim}"
    if not set(by_kind) <= set(case.document["cash_totals"]):
        yield "a kind of cash has no total"
    amounts = sum_by((f"{row.kind} {row.currency}", row.amount) for row in rows)
    bases = sum_by((f"{row.kind} {row.currency}", row.base) for row in rows)
    wanted = sorted((name, cents(amounts[name]), cents(bases[name])) for name in bases)
    found = sorted(
        (f"{row['kind']} {row['currency']}", Decimal(row["amount"]), Decimal(row["base"]))
        for row in case.document["cash"]
    )
    if wanted != found:
        yield "the kinds of cash in their currencies come to others"
    taxed = sum_by((row.country, row.base) for row in rows if row.kind == "withheld")
    stated = {row["country"]: Decimal(row["base"]) for row in case.document["withheld"]}
    if len(stated) != len(case.document["withheld"]) or stated != {
        country: cents(amount) for country, amount in taxed.items()
    }:
        yield "what the countries withheld comes to others"


def costs_add_up(case: TaxCase) -> Problems:
    """Commissions and levies are those of all executions of the year in base currency."""
    paid, levies = ZERO, ZERO
    for one in case.accounts:
        for row in one.executions():
            if case.has(one.day(row.get("tradeDate") or row.get("dateTime", ""))):
                paid_in = row.get("ibCommissionCurrency") or row.get("currency", "")
                own = paid_in == row.get("currency", "")
                rate = rate_of(row) if own else one.rate({"currency": paid_in})
                paid += Decimal(row.get("ibCommission") or 0) * rate
                levies += Decimal(row.get("taxes") or 0) * rate_of(row)
    costs = case.document["costs"]
    if [Decimal(costs["commissions"]), Decimal(costs["taxes"])] != [cents(paid), cents(levies)]:
        yield f"commissions come to {cents(paid)} and taxes to {cents(levies)}"


def wash_sales_again(case: TaxCase) -> Problems:
    """What is disallowed, by term, is what another matcher of losses and purchases comes to."""
    amounts, sure, count = dict.fromkeys(TERMS, ZERO), 0, 0
    for loss, parts, _ in replaced_losses(case.accounts):
        if case.has(loss.day):
            count, sure = count + 1, sure + bool(parts)
            amounts[term_of_loss(loss) or "not_split"] += _disallowed(loss, parts)
    wash = case.document["wash_sales"]
    stated = {term: Decimal(part) for term, part in wash["disallowed"].items()}
    if stated != amounts or wash["sales"] != count:
        yield f"{count} losses are disallowed by {amounts}, not {wash['sales']} by {stated}"
    known = all(one.lists_executions for one in case.accounts)
    wanted = (sure, (count - sure) * known, (count - sure) * (not known))
    if (wash["yes"], wash["possible"], wash["cannot_tell"]) != wanted:
        yield f"of {count} losses {sure} are replaced for certain"


def _disallowed(loss: RawLoss, parts: dict[tuple[str, str], Decimal]) -> Decimal:
    return cents(loss.amount * sum(parts.values(), ZERO) / loss.quantity)


CHECKS: dict[str, Callable[[TaxCase], Problems]] = {
    "closed lots": lots_listed,
    "sums of gains": gains_add_up,
    "gains by currency": gains_by_currency,
    "payments": payments_listed,
    "sums of payments": payments_add_up,
    "costs": costs_add_up,
    "discounts": discounts_again,
    "wash sales": wash_sales_again,
    "comparisons": figures_compared,
}
