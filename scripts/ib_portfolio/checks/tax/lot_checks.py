"""Checks of the lots that sales take, against the raw LOT rows. Loaded when a run asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import normalized
from ..case import CENT, ZERO, Case, Check, Problems
from .raw_lots import RawLot, ordered, over_a_year, raw_lots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart


_ROUNDED = Decimal("0.0051")  # a figure to the cent


def lots_sum_up(case: Case) -> Problems:
    """Every sale is there, and its lots sum to what it sells, by every method."""
    sold = {row["priority"]: row for row in case.trades if row["action"] == "SELL"}
    sales = case.document["lots"]["sales"]
    if [row["priority"] for row in sales] != sorted(sold):
        yield "the lots are not those of the sales"
    for sale, row in _methods(case):
        quantity = sum((Decimal(part["quantity"]) for part in row["lots"]), ZERO)
        if quantity != Decimal(sold[sale["priority"]]["quantity"]):
            yield f"{sale['symbol']}: {row['method']} takes {quantity}"


def lots_hold_enough(case: Case) -> Problems:
    """No sale takes more of the lots of one day than the statement has of them."""
    for sale, row in _methods(case):
        has: dict[str, Decimal] = {}
        for lot in _lots_of(case, sale):
            has[lot.opened] = has.get(lot.opened, ZERO) + lot.quantity
        for part in row["lots"]:
            has[part["opened"]] = has.get(part["opened"], ZERO) - Decimal(part["quantity"])
        for opened, left in has.items():
            if left < 0:
                yield f"{sale['symbol']}: {row['method']} takes {-left} too many of {opened}"


def lots_split(case: Case) -> Problems:
    """Lots sum to short- and long-term (to a cent each), those to the gain, sales to the totals."""
    fields = ("short", "long", "gain")
    sums: dict[str, list[Decimal]] = {}
    for sale, row in _methods(case):
        short, long, gain = (Decimal(row[field]) for field in fields)
        if short + long != gain:
            yield f"{sale['symbol']}: {row['method']} splits {gain} into {short} and {long}"
        for term, claim in (("short", short), ("long", long)):
            parts = [Decimal(part["gain"]) for part in row["lots"] if part["term"] == term]
            if abs(sum(parts, ZERO) - claim) > CENT * (len(row["lots"]) + 1):
                yield f"{sale['symbol']}: the {term}-term lots of {row['method']} are not {claim}"
        so_far = sums.setdefault(row["method"], [ZERO] * len(fields))
        sums[row["method"]] = [a + b for a, b in zip(so_far, (short, long, gain))]
    totals = {
        row["method"]: [Decimal(row[field]) for field in fields]
        for row in case.document["lots"]["totals"]
    }
    if totals != sums:
        yield "the totals of the lots are not the sums of the sales"


def lots_by_method(case: Case) -> Problems:
    """Each method's gains are those of the raw rows in its order, at the input's price."""
    for sale, row in _methods(case):
        trade, holding = case.pairs[sale["priority"] - 1]
        if holding is None:
            continue
        wanted = Decimal(trade["quantity"])
        short, long = ZERO, ZERO
        price, sold = holding.value / holding.quantity, case.document["lots"]["sold_on"]
        for lot in ordered(_lots_of(case, sale), row["method"], price, sold):
            part = min(wanted, lot.quantity)
            wanted -= part
            gain = part * (price - lot.cost / lot.quantity)
            if over_a_year(lot.held_since, sold):
                long += gain
            else:
                short += gain
        # Costs are rounded to the cent for each lot.
        near = CENT * (len(row["lots"]) + 1)
        for claim, gain in ((row["short"], short), (row["long"], long)):
            if abs(Decimal(claim) - gain) > near:
                yield f"{sale['symbol']}: {row['method']} comes to {gain:.2f}, not {claim}"


def each_lot(case: Case) -> Problems:
    """Each lot of each method is the raw one in its turn: how much of it, its cost and its gain."""
    for sale, row in _methods(case):
        trade, holding = case.pairs[sale["priority"] - 1]
        if sale["quantity"] != trade["quantity"]:
            yield f"{sale['symbol']}: {sale['quantity']} is not what the order sells"
        if holding is None:
            continue
        price, sold = holding.value / holding.quantity, case.document["lots"]["sold_on"]
        left, found = Decimal(trade["quantity"]), []
        for lot in ordered(_lots_of(case, sale), row["method"], price, sold):
            part = min(left, lot.quantity)
            left -= part
            if part:
                cost = part * lot.cost / lot.quantity
                found.append((part, cost, part * price - cost))
        for told, wanted in zip(row["lots"], found):
            claims = (Decimal(told[field]) for field in ("quantity", "cost", "gain"))
            if any(abs(one - other) > _ROUNDED for one, other in zip(claims, wanted)):
                lot = f"{wanted[0]} for {wanted[1]:.2f}"
                yield f"{sale['symbol']}: a lot of {row['method']} is not {lot}"


def tax_estimated(case: Case) -> Problems:
    """The estimate is by the user's rates: a loss of one term first meets gains of the other."""
    told = case.document.get("tax_estimate")
    asked = case.evidence.asked.get("tax-rate", "")
    if not told or not asked:
        return
    rates = {}
    for part in normalized(asked).casefold().replace("、", ",").split(","):
        name, _, rate = part.partition("=")
        rates[name.strip()] = Decimal(rate.strip().rstrip("%").strip())
    if [Decimal(told["short_pct"]), Decimal(told["long_pct"])] != [rates["short"], rates["long"]]:
        yield f"the rates are not {asked}"
    estimates = {row["method"]: Decimal(row["estimate"]) for row in told["methods"]}
    for row in case.document["lots"]["totals"]:
        short, long = Decimal(row["short"]), Decimal(row["long"])
        net = max(short + long, ZERO)
        tax = max(short, ZERO) * rates["short"] + max(long, ZERO) * rates["long"]
        if short < 0 or long < 0:
            tax = net * rates["long" if short < 0 <= long else "short"]
        if abs(estimates.get(row["method"], CENT - 1) - tax / 100) > _ROUNDED:
            yield f"the estimate of {row['method']} is {tax / 100:.2f}"


def _methods(case: Case) -> Iterator[tuple[DocumentPart, DocumentPart]]:
    for sale in case.document["lots"]["sales"]:
        for row in sale["methods"]:
            yield sale, row


def _lots_of(case: Case, sale: DocumentPart) -> list[RawLot]:
    holding = case.pairs[sale["priority"] - 1][1]
    return raw_lots(case.evidence, holding) if holding else []


CHECKS = (
    (Check("lots sum to the sales", lots_sum_up), ("lots", "tax-rate")),
    (Check("lots hold enough", lots_hold_enough), ("lots", "tax-rate")),
    (Check("short and long term", lots_split), ("lots", "tax-rate")),
    (Check("lots by method", lots_by_method), ("lots", "tax-rate")),
    (Check("each lot", each_lot), ("lots", "tax-rate")),
    (Check("tax estimate", tax_estimated), ("tax-rate",)),
)
