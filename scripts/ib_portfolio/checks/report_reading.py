"""The report's own check: what a person reads says the same as the plan's document.

It reads the finished text as a person would, by its labels and columns, and shares no code with
what wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


_LABELS = {
    "Total Trades": "total_trades",
    "Total to Sell": "total_sell",
    "Total to Buy": "total_buy",
    "Net Cash Movement": "net_cash_movement",
    "Est. Total Commission": "total_commission",
    "Cash After Trades": "cash_after",
}
# Only where there is any: what stands before the amount.
_INCLUDED = {
    "taxes and levies of ": ("taxes", 1),
    "accrued interest received of ": ("accrued_interest", 1),
    "accrued interest paid of ": ("accrued_interest", -1),
}
_TAX_LABELS = {
    "Estimated Taxable Gains": "gains",
    "Estimated Tax Losses": "losses",
    "Net Tax Impact": "net",
}
_CLASS_LABELS = {"STK": "Stocks (STK)", "BOND": "Bonds (BOND)", "CASH": "Cash"}
_SHARE_LABELS = {"STK": "Stocks", "BOND": "Bonds", "CASH": "Cash"}
_TENTH = Decimal("0.1")
# Lists of what single orders cost.
_COSTS = {
    "Cost in basis points of each order": "cost_bp",
    "Taxes and levies": "taxes",
    "Accrued interest": "accrued_interest",
}
_EXCHANGE = "→ Exchange: "
_BARS = 5  # between the six cells of a trade


def report_problems(text: str, document: PlanDocument, most_trades: int = 0) -> Iterator[str]:
    """What in the text of a report differs from its document."""
    told = _figures(text)
    for label, field in _LABELS.items():
        yield from _figure(told, label, document["summary"][field])
    yield from _costs(text, document, most_trades)
    yield from _included(text, document)
    for label, field in _TAX_LABELS.items() if document["dry_run"] else ():
        yield from _figure(told, label, document["tax"][field])
    if document.get("exchanges"):
        yield from _figure(told, "Est. Exchange Cost", document["summary"]["exchange_cost"])
    yield from _exchanges(text, document)
    yield from _classes(text, document)
    yield from _sleeves(text, document)
    yield from _trades(text, document, most_trades)
    yield from _last_line(text, document)


def _figures(text: str) -> dict[str, str]:
    """What stands behind each label that begins a line; of labels that come twice, the first."""
    told: dict[str, str] = {}
    for line in text.split("\n"):
        label, colon, figure = line.partition(":")
        if colon and figure[:1] == " ":
            told.setdefault(label, figure.strip())
    return told


def _figure(told: dict[str, str], label: str, figure: object) -> Iterator[str]:
    if label not in told or _amount(told[label]) != Decimal(figure):
        yield f"{label} does not read {figure}"


def _classes(text: str, document: PlanDocument) -> Iterator[str]:
    """The line of each class: its value, share now and target, to the tenth of a percent."""
    told: dict[str, list[Decimal]] = {}
    for line in text.split("\n"):
        label, *cells = line.split("|")
        if len(cells) > 2:
            told.setdefault(label.rstrip(), [_amount(cell) for cell in cells[:3]])
    for row in document["classes"]:
        wanted = (row["current_value"], _tenths(row["current_pct"]), _tenths(row["target_pct"]))
        if told.get(_CLASS_LABELS[row["asset_class"]]) != [Decimal(figure) for figure in wanted]:
            yield f"{row['asset_class']} does not read {row['current_value']}"


def _sleeves(text: str, document: PlanDocument) -> Iterator[str]:
    """The parts of an own target that names symbols: value, share now, target, drift and after."""
    rows, flowing = document.get("sleeves", []), " ".join(text.split())
    if all(row["name"] in _CLASS_LABELS for row in rows):
        return
    import re

    for row in rows:
        name = _SHARE_LABELS.get(row["name"], " ".join(row["name"].split()))
        shares = r" \| ([^|%]*)%" * 4
        found = re.search(rf"{re.escape(name)} \| ([^|]*){shares}", flowing)
        fields = ("current_pct", "target_pct", "drift_pct", "after_pct")
        wanted = (Decimal(row["current_value"]), *(_tenths(row[field]) for field in fields))
        if not found or tuple(map(_amount, found.groups())) != wanted:
            yield f"{row['name']} of the target does not read {row['current_value']}"


def _trades(text: str, document: PlanDocument, most_trades: int) -> Iterator[str]:
    """Every trade that is shown reads as planned, and as many are shown as there should be."""
    rows = list(_rows(text))
    trades = {str(trade["priority"]): trade for trade in document["trades"]}
    wanted = min(len(trades), most_trades) if most_trades else len(trades)
    if len(rows) != wanted or len({row[0] for row in rows}) != wanted:
        yield f"{len(rows)} trades are shown, not {wanted}"
    for place, *cells in rows:
        if place not in trades or cells != _wanted_cells(trades[place], document):
            yield f"trade {place} does not read as planned"


def _exchanges(text: str, document: PlanDocument) -> Iterator[str]:
    """The currency orders as they read, in their order: side, pair, amount, value, cost."""
    wanted = []
    for row in document.get("exchanges", []):
        figures = [row["amount"], row["value"], row["cost"]]
        if row["currency"] == document["base_currency"]:
            del figures[1]
        wanted.append([row["action"], row["pair"], *map(Decimal, figures)])
    found = []
    for line in _entries(text, lambda line: line.startswith(_EXCHANGE)):
        words = " ".join(line.split()).removeprefix(_EXCHANGE)
        for words_before in ("(about ", "(cost ", ", cost "):
            words = words.replace(words_before, "#")
        side, pair, figures = words.split(" ", 2)
        found.append([side, pair, *map(_amount, figures.split("#"))])
    if found != wanted:
        yield "the exchanges do not read as planned"


def _rows(text: str) -> Iterator[list[object]]:
    """The trades as they read: place, action, symbol without blanks, amount, quantity, commission.

    A cell may go on in the lines below, in its own column or, where the row is a paragraph, behind
    the text so far.
    """
    for row in _entries(text, _begins_trade):
        lines = row.split("\n")
        if all(line.count("|") == _BARS for line in lines):
            columns = zip(*(line.split("|") for line in lines))
            cells = [" ".join(parts) for parts in columns]
        else:
            cells = " ".join(lines).split("|")
        place, action, symbol, *figures = ("".join(cell.split()) for cell in cells)
        yield [place, action, symbol, *map(_amount, figures)]


def _entries(text: str, begins: Callable[[str], bool]) -> Iterator[str]:
    """Each line that begins an entry, with the indented lines below it."""
    entry: list[str] = []
    for line in text.split("\n"):
        goes_on = entry and line.startswith(" ") and line.strip() and not _begins_trade(line)
        if goes_on:
            entry.append(line)
            continue
        if entry:
            yield "\n".join(entry)
        entry = [line] if begins(line) else []
    if entry:
        yield "\n".join(entry)


def _begins_trade(line: str) -> bool:
    place, _, behind = line.partition(" | ")
    return place.strip().isdecimal() and behind.startswith(("SELL ", "BUY "))


def _included(text: str, document: PlanDocument) -> Iterator[str]:
    """What the cash includes beside the trades reads as planned, and nothing else does."""
    flowing = " ".join(text.split())
    said = flowing.partition("Cash After Trades includes ")[2].partition(":")[0]
    sums = {"taxes": Decimal(0), "accrued_interest": Decimal(0)}
    for words, (field, sign) in _INCLUDED.items():
        _, found, behind = said.partition(words)
        sums[field] += sign * _amount(behind.partition(" ")[0].rstrip(".")) if found else 0
    for field, total in sums.items():
        if total != Decimal(document["summary"][field]):
            yield f"{field} does not read {document['summary'][field]}"


def _costs(text: str, document: PlanDocument, most_trades: int) -> Iterator[str]:
    """What each shown order costs reads as planned: basis points, taxes, accrued interest."""
    trades = {str(trade["priority"]): trade for trade in document["trades"]}
    points = dict(_parts(text, "Cost in basis points of each order"))
    wanted = min(len(trades), most_trades) if most_trades else len(trades)
    if len(points) != wanted or not set(points) <= set(trades):
        yield "the costs in basis points are not those of the orders shown"
        return
    for label, field in _COSTS.items():
        told = {place: _signed(trades[place], field) for place in points}
        found = dict(_parts(text, label))
        if found != {place: cost for place, cost in told.items() if cost or field == "cost_bp"}:
            yield f"{label} does not read as planned"


def _parts(text: str, label: str) -> Iterator[tuple[str, Decimal]]:
    """The places of orders and their figures in a list such as "#1=0.4, #2 pays 3.10."."""
    _, found, behind = text.partition(f"\n{label}:")
    figures = behind.partition(".\n")[0] if found else ""
    for part in figures.split("#")[1:]:
        place, equals, figure = " ".join(part.split()).partition("=")
        if not equals:
            place, word, figure = place.split(" ")[:3]
        sign = -1 if not equals and word == "pays" else 1
        yield place, _amount(figure.rstrip(" .,")) * sign


def _signed(trade: DocumentPart, field: str) -> Decimal:
    """A cost of a trade; accrued interest that is paid below zero."""
    pays = field == "accrued_interest" and trade["action"] == "BUY"
    return Decimal(trade.get(field, 0)) * (-1 if pays else 1)


def _wanted_cells(trade: DocumentPart, document: PlanDocument) -> list[object]:
    foreign = trade["currency"] != document["base_currency"]
    name = trade["symbol"] + (f"({trade['currency']})" if foreign else "")
    figures = (Decimal(trade[field]) for field in ("amount", "quantity", "commission"))
    return [trade["action"], "".join(name.split()), *figures]


def _last_line(text: str, document: PlanDocument) -> Iterator[str]:
    """The line that stands for the whole plan: trades by side, their sums, the shares after."""
    last = " ".join(text.rstrip().rpartition("\n\n")[2].split())
    sides = [trade["action"] for trade in document["trades"]]
    after = [_tenths(row["after_pct"]) for row in document["classes"]]
    sums = [document["summary"][f"total_{name}"] for name in ("sell", "buy", "commission")]
    wanted, begins = after, "No trades: "
    if sides:
        counted = (sides.count("SELL"), sums[0], sides.count("BUY"), sums[1], sums[2])
        wanted, begins = [*map(Decimal, counted), *after], ""
    shares = last.removeprefix(begins).partition(" stays as it is" if not sides else " after")[0]
    counted, _, shares = shares.rpartition(": ") if sides else ("", "", shares)
    figures = [word for word in counted.split() if word[0].isdigit()] + shares.split("/")
    if not last.startswith(begins) or [_amount(figure) for figure in figures] != wanted:
        yield "the last line does not read as planned"


def _tenths(share: str) -> Decimal:
    return Decimal(share).quantize(_TENTH, ROUND_HALF_UP)


def _amount(text: str) -> Decimal:
    """The number in a figure, below zero where it begins with a minus."""
    digits = "".join(character for character in text if character in "0123456789.")
    sign = -1 if text.strip().startswith("-") else 1
    whole, point, decimals = digits.partition(".")
    number = whole.isdecimal() and (decimals.isdecimal() or not point)
    return sign * Decimal(digits) if number else Decimal("NaN")
