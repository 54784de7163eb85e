"""What the plan document says of how the holdings were counted. Loaded where there is any of it."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.asset_classes import CASH, MIXED
from ...core.counting import LEFT_OUT, CountedAs, Counting
from ...core.format import money, shown_money
from ...core.messages import say
from ...core.plain_text import plain
from ...core.record import Record
from ...planning.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CountedRow

_MOST_NAMED = 25  # in one sentence; the document has all
_ORDER = ("BOND", "CASH", "STK", MIXED, LEFT_OUT)


class CountingSaid(Record):
    """The rows of `counted_as`, and the sentences for the report's heading, warnings and notes."""

    rows: list[CountedRow]
    heading_notes: list[str]
    questions: list[str]
    notes: list[str]


def counting_said(plan: Plan) -> CountingSaid:
    """What the `counting` of the portfolio of `plan` has to say."""
    counting = plan.portfolio.counting
    return CountingSaid(
        rows=[
            {
                "symbol": plain(row.symbol),
                "asset_class": row.asset_class,
                "because": say(f"because.{row.because}"),
            }
            for row in counting.counted_as
        ],
        heading_notes=_heading_notes(counting),
        questions=(
            [say("counted_unclear", symbols=_named(counting.unclear), example=counting.unclear[0])]
            if counting.unclear
            else []
        ),
        notes=_notes(plan),
    )


def _heading_notes(counting: Counting) -> list[str]:
    """What counts as something else than its category, by class, and what stays in it anyway."""
    groups: dict[str, list[CountedAs]] = {name: [] for name in _ORDER}
    for row in counting.counted_as:
        groups[row.asset_class.partition(":")[0]].append(row)
    notes = [
        say(f"counted.{name}", symbols=_with_reasons(rows)) for name, rows in groups.items() if rows
    ]
    if counting.neither:
        symbols = counting.neither
        notes.append(say("counted_neither", symbols=_named(symbols), example=symbols[0]))
    notes += [
        say("symbol_not_countable", symbol=symbol, asset_class=name)
        for symbol, name in counting.not_countable
    ]
    return notes + [say("symbol_not_held", symbol=symbol) for symbol in counting.not_held]


def _notes(plan: Plan) -> list[str]:
    """What cash and its funds come to together; that the source does not tell which are funds."""
    portfolio, notes = plan.portfolio, []
    if any(row.asset_class == CASH or row.parts for row in portfolio.positions):
        after = plan.values_after[CASH] + portfolio.set_aside
        if after != plan.cash_after:
            amount = shown_money(money(after), portfolio.base_currency)
            notes.append(say("cash_with_funds", amount=amount))
    if portfolio.counting.untold:
        count = portfolio.counting.untold
        if portfolio.source == "ib-sec-mcp":
            notes.append(say("funds_untold_server", count=count))
        elif count == 1:
            notes.append(say("funds_untold_one"))
        else:
            notes.append(say("funds_untold", count=count))
    return notes


def _with_reasons(rows: list[CountedAs]) -> str:
    """ "BND, AGG (fund table), XBOND (its name)": the symbols of each reason together."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        mix = row.asset_class.partition(":")[2]
        name = f"{row.symbol} as {mix}" if mix else row.symbol
        reasons.setdefault(row.because, []).append(name)
    return ", ".join(
        f"{_named(names)} ({say(f'because.{because}')})" for because, names in reasons.items()
    )


def _named(symbols: Iterable[str]) -> str:
    names = list(dict.fromkeys(symbols))
    shown = ", ".join(names[:_MOST_NAMED])
    left = len(names) - _MOST_NAMED
    return f"{shown} and {left} more" if left > 0 else shown
