"""The report's figures of the trades: their table, labelled sums, currencies, all in one line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ..core.format import shown_amount, shown_mix, shown_money, shown_quantity
from ..core.messages import say
from .text_table import WIDTH, display_width, pad, paragraph, table_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


_HEADER = ("#", "Action", "Symbol", "Amount", "Est. Shares", "Commission")
_EXCHANGE_MARK = "→ "
# The rows on the cash of a currency, read from top to bottom as an account.
CASH_ROWS = (
    ("Cash Before", "cash_before"),
    ("Sells", "sells"),
    ("Buys", "buys"),
    ("Commissions", "commissions"),
    ("Exchanged", "exchanged"),
    ("Cash After", "cash_after"),
)


def trade_table(document: PlanDocument, most: int) -> list[str]:
    """The table of the trades in their order, of `most` above 0 the largest only.

    The exchanges of currencies stand where they are made: after the sells, before the buys.
    """
    trades = shown_trades(document, most)
    rows: list[Sequence[str]] = [_trade_row(row, document["base_currency"]) for row in trades]
    sells = sum(row["action"] == "SELL" for row in trades)
    rows[sells:sells] = [(line,) for line in exchange_lines(document)]
    return table_lines(_HEADER, rows, right=(0, 3, 4, 5), flexible=(2,))


def shown_trades(document: PlanDocument, most: int) -> list[DocumentPart]:
    """The trades in their order; of `most` above 0 the largest only."""
    trades = document["trades"]
    if not 0 < most < len(trades):
        return trades
    by_amount = sorted(trades, key=lambda row: (-Decimal(row["amount"]), row["priority"]))
    return sorted(by_amount[:most], key=lambda row: row["priority"])


def _trade_row(row: DocumentPart, base: str) -> Sequence[str]:
    return (
        str(row["priority"]),
        row["action"],
        traded_name(row, base),
        shown_money(row["amount"], base),
        units(row),
        shown_money(row["commission"], base),
    )


def traded_name(row: DocumentPart, base: str) -> str:
    """The symbol of a trade, with its currency where that is not the base currency."""
    return row["symbol"] + (f" ({row['currency']})" if row["currency"] != base else "")


def units(row: DocumentPart) -> str:
    """The quantity of a trade with its unit: "1 share", "13,000 face"."""
    unit = "share" if (row["quantity"], row["unit"]) == ("1", "shares") else row["unit"]
    return f"{shown_quantity(row['quantity'])} {unit}"


def figure_lines(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Labels and figures, the figures right-aligned two columns behind the longest label."""
    label_width = max(len(label) for label, _ in rows) + 1
    width = max(display_width(figure) for _, figure in rows)
    return [f"{label:<{label_width}}{pad(figure, width, right=True)}" for label, figure in rows]


def currency_lines(rows: Sequence[DocumentPart], fields: Sequence[tuple[str, str]]) -> list[str]:
    """A column for each currency, as many beside each other as there is room for."""
    labels = [(label, field) for label, field in fields if any(field in row for row in rows)]
    columns = [
        (row["currency"], *(_cash(row.get(field), row["currency"]) for _, field in labels))
        for row in rows
    ]
    names = ("", *(label for label, _ in labels))
    lines: list[str] = []
    while columns:
        count = _beside(names, columns)
        header, *body = zip(names, *columns[:count])
        lines += [*([""] if lines else []), *table_lines(header, body, right=range(1, count + 1))]
        columns = columns[count:]
    return lines


def _beside(names: Sequence[str], columns: Sequence[Sequence[str]]) -> int:
    """How many of the columns stand beside `names` within the width of a report; at least one."""
    room = WIDTH - max(map(len, names))
    count = 0
    for column in columns:
        room -= max(map(display_width, column)) + 3
        if room < 0:
            break
        count += 1
    return max(count, 1)


def _cash(amount: str | None, currency: str) -> str:
    return "cannot tell" if amount is None else shown_money(amount, currency)


def exchange_lines(document: PlanDocument) -> list[str]:
    """A line for each exchange of currencies that the plan needs, in their order."""
    return [_exchange_line(row, document["base_currency"]) for row in document.get("exchanges", [])]


def _exchange_line(row: DocumentPart, base: str) -> str:
    told = {"action": row["action"], "pair": row["pair"], "cost": shown_money(row["cost"], base)}
    amount = shown_money(row["amount"], row["currency"])
    if row["currency"] == base:
        return _EXCHANGE_MARK + say("exchange_in_base", amount=amount, **told)
    value = shown_money(row["value"], base)
    return _EXCHANGE_MARK + say("exchange", amount=amount, value=value, **told)


def plan_in_a_line(document: PlanDocument) -> list[str]:
    """The plan in one line, in two where the figures are long: trades, sums, shares afterwards."""
    summary = document["summary"]
    sells = sum(row["action"] == "SELL" for row in document["trades"])
    return trades_in_a_line(
        (sells, len(document["trades"]) - sells),
        (summary["total_sell"], summary["total_buy"], summary["total_commission"]),
        [row["after_pct"] for row in document["classes"]],
    )


def trades_in_a_line(
    counts: tuple[int, int], amounts: tuple[str, str, str], after: Sequence[str]
) -> list[str]:
    """The line for the counts of sells and buys, their amounts, the commission and the shares."""
    if not any(counts):
        return paragraph(say("in_a_line_none", after=shown_mix(after)))
    sold, bought, commission = map(shown_amount, amounts)
    return paragraph(
        say(
            "in_a_line",
            sells=_counted(counts[0], "sell"),
            sold=sold,
            buys=_counted(counts[1], "buy"),
            bought=bought,
            commission=commission,
            after=shown_mix(after),
        )
    )


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
