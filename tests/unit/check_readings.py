"""What the checks read in raw rows and answers of servers, a row for each thing given."""

from __future__ import annotations

from decimal import Decimal
from typing import Iterator

from answer_table import AnswerTable, Asked, answers_of
from told_evidence import connector_told, evidence_told, server_told
from told_histories import number
from told_rows import options_of, row_of, rows_of, slashed_in, statement_of

from ib_portfolio.checks.cash_evidence import cash_rows, raw_cash, raw_rates
from ib_portfolio.checks.evidence import amount_asked, statement_evidence
from ib_portfolio.checks.funds.fund_evidence import kind_of_symbol
from ib_portfolio.checks.funds.fund_lines import FundLines
from ib_portfolio.checks.funds.name_words import is_called_fund, name_says
from ib_portfolio.checks.raw_dates import day_comes_first, raw_day
from ib_portfolio.checks.reviews.review_evidence import RawPosition, differs, review_evidence
from ib_portfolio.checks.tax.open_lots import masked, open_losses_again
from ib_portfolio.checks.tax.raw_cash import country_of_row, kind_of_row
from ib_portfolio.checks.tax.raw_executions import executions_of
from ib_portfolio.checks.tax.raw_lots import (
    lots_are_told,
    opened_with_slashes,
    ordered,
    over_a_year,
    raw_lots,
)
from ib_portfolio.checks.tax.raw_trades import RawTrades, rate_of, symbols_of


def _day(given: str) -> Iterator[str]:
    """`05/11/2026 day first`"""
    text, first, _ = given.partition(" day first")
    yield repr(raw_day(text, bool(first)))


def _day_first(given: str) -> Iterator[str]:
    yield "the day" if day_comes_first(given.split()) else "the month"


def _days(given: str) -> bool:
    return day_comes_first(slashed_in(rows_of(given)))


def _rates(given: str) -> Iterator[str]:
    for name, rate in raw_rates(rows_of(given), _days(given)).items():
        yield f"{name} {number(rate)}"


def _cash(given: str) -> Iterator[str]:
    rows = rows_of(given)
    yield number(raw_cash(rows, raw_rates(rows, _days(given)), _days(given)))
    yield " ".join(f"{name} {number(amount)}" for name, amount in cash_rows(rows))


def _evidence(given: str) -> Iterator[str]:
    """`rows | options`, each of them as told_rows.py says."""
    told, _, options = given.partition(" | ")
    rows = rows_of(told)
    asked = options_of(options)
    yield from evidence_told(
        statement_evidence(rows, asked, slashed_in(rows), "2026-11-19", "2026-01-01")
    )


def _symbol(given: str) -> Iterator[str]:
    """`BND USD ARCA | options`"""
    told, _, options = given.partition(" | ")
    symbol, currency, exchange = [*told.split(), ""][:3]
    yield kind_of_symbol(symbol, currency, exchange, options_of(options)) or "untold"


def _name(given: str) -> Iterator[str]:
    yield name_says(given) or "-"
    yield f"{name_says(given, weak=False) or '-'} for sure"
    yield "a fund" if is_called_fund(given) else ""


def _table(given: str) -> Iterator[str]:
    """`AGG`, `isin US…`, `count BOND USD`; `100 times` before it: when all of it is read."""
    lines = FundLines()
    many, _, asked = given.rpartition(" times ")
    for _ in range(int(many or 0)):
        lines.kind("US0000000000")
    words = asked.split()
    if words[0] == "count":
        yield str(lines.count(words[1], words[2]))
    elif words[0] == "isin":
        yield str(lines.kind("".join(words[1:])))
    else:
        yield from (" ".join(cell or "-" for cell in cells) for cells in lines.rows(asked))


def _review(given: str) -> Iterator[str]:
    rows = rows_of(given)
    found = review_evidence(rows, "USD", slashed_in(rows), ())
    yield from map(_reviewed, found.positions)
    yield " ".join(f"{name} at {number(rate)}" for name, rate in found.rates.items())
    yield f"retired {found.retired}, {found.base}, {found.day('05/11/2026')}"


def _reviewed(one: RawPosition) -> str:
    words = [one.symbol, one.category, number(one.quantity), f"worth {one.worth}"]
    words += [f"gain {number(one.gain)} at {number(one.rate)}"]
    for lot in one.lots:
        words.append(f"({number(lot.quantity)} of {lot.opened or '-'} {lot.held_since or '-'}")
        words.append(f"for {number(lot.cost)})")
    return " ".join(words)


def _differs(given: str) -> Iterator[str]:
    """`10.00 beside 10.005 of 2`"""
    claim, found, *rows = (
        None if one == "-" else one for one in given.replace("beside ", "").split()
    )
    exact = None if found is None else Decimal(found)
    yield str(differs(claim, exact, *(Decimal(one) for one in rows[1:])))


def _trades(given: str) -> Iterator[str]:
    """Statements of one account between bars, each `2026-01-01 to 2026-11-20: rows`."""
    one = RawTrades([statement_of(text) for text in given.split(" | ")])
    yield f"{one.first} to {one.last}"
    for name in ("retired", "lists_executions", "has_lots", "day_first"):
        yield name if getattr(one, name) else ""
    for loss in one.losses():
        words = f"lost {loss.contract} {loss.day} {loss.moment or '-'} {number(loss.quantity)}"
        yield f"{words} of {loss.opened or '-'} {loss.held_since or '-'} {number(loss.amount)}"
    for (contract, day), size in one.bought().items():
        yield f"bought {contract} {day} {number(size)}"
    for contract, opened, day, size in one.sold():
        yield f"sold {contract} of {opened or '-'} on {day} {number(size)}"
    for row in one.open_lots():
        yield f"open {row['symbol']} {row['position']} at {number(one.rate(row))}"
    yield f"{len(one.executions())} executions, {len(one.whole_rows())} positions"
    yield " ".join(sorted(symbols_of([one], "1")))
    yield f"newest {one.newest.to_date}"
    paid = [row["amount"] for row in one.rows_of("CashTransaction")]
    by_statement = [len(rows) for rows in one.by_statement("CashTransaction")]
    yield f"paid {' '.join(paid)} in {by_statement}" if paid else ""


def _losses(given: str) -> Iterator[str]:
    """Accounts between bars, as of `_trades`."""
    accounts = [
        RawTrades([statement_of(text, f"U{place}234567")])
        for place, text in enumerate(given.split(" | "), 1)
    ]
    for account, contract, opened, size, term, since, loss, worth in open_losses_again(accounts):
        words = f"{account} {number(size)} {contract} of {opened} {term} since {since}"
        yield f"{words} loses {number(loss)} at {number(worth)}"


def _lots(given: str) -> Iterator[str]:
    """`rows`: the lots of the first holding, in the order of each method at 10 on 2026-11-20."""
    rows = rows_of(f"{given} & cash & account")
    found = statement_evidence(rows, {}, slashed_in(rows), "2026-11-19")
    holding = found.holdings[0]
    yield "told" if lots_are_told(found, holding) else "not told"
    yield "slashes" if opened_with_slashes(found, holding) else ""
    lots = raw_lots(found, holding)
    for lot in lots:
        days = f"{lot.opened or '-'} {lot.held_since or '-'}"
        yield f"{number(lot.quantity)} of {days} for {number(lot.cost)}"
    methods = "FIFO LIFO HIGHEST_COST MAX_LONG_TERM_GAIN MAX_LONG_TERM_LOSS"
    for method in (*methods.split(), "MAX_SHORT_TERM_GAIN", "MAX_SHORT_TERM_LOSS"):
        places = [lots.index(lot) + 1 for lot in ordered(lots, method, Decimal(10), "2026-11-20")]
        yield f"{method} {' '.join(map(str, places))}"


def _term(given: str) -> Iterator[str]:
    """`2025-11-20 to 2026-11-20`"""
    yield "long" if over_a_year(*given.split(" to ")) else "short"


def _payment(given: str) -> Iterator[str]:
    row = row_of(f"paid {given}")[1]
    yield "moved" if kind_of_row(row) == "" else str(kind_of_row(row))
    yield country_of_row(row) or "-"
    yield number(rate_of(row))


def _executions(given: str) -> Iterator[str]:
    found = executions_of(rows_of(given))
    yield "untold" if found is None else str(len(found))


def _amount(given: str) -> Iterator[str]:
    yield number(amount_asked({"reserve": given}, "reserve"))
    yield number(amount_asked({"reserve": given}, "contribute"))


def _masked(given: str) -> Iterator[str]:
    yield masked(given)


ASKED: Asked = {
    "a day": _day,
    "what comes first": _day_first,
    "rates": _rates,
    "cash": _cash,
    "evidence": _evidence,
    "a symbol": _symbol,
    "a name": _name,
    "fund table": _table,
    "review": _review,
    "differs": _differs,
    "trades": _trades,
    "open losses": _losses,
    "lots": _lots,
    "term": _term,
    "payment": _payment,
    "executions": _executions,
    "amount": _amount,
    "connector": connector_told,
    "server": server_told,
    "account": _masked,
}
TABLE = AnswerTable("check_readings.tsv", answers_of(ASKED))
