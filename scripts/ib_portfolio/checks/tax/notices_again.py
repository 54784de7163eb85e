"""What a wash-sale notice must say of a sale: derived again from the raw lots and executions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from ...core.dates import parse_date
from ...core.messages import say
from ...core.plain_text import plain
from ...core.record import Record
from ..case import ZERO, Case
from ..evidence import Evidence, Holding
from ..raw_dates import raw_day
from .raw_lots import RawLot, ordered, raw_lots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart


_DAY = datetime.timedelta(days=1)
_WINDOW = datetime.timedelta(days=30)  # before and after a sale: IRS Publication 550
_SHOWN = {
    "FIFO": "FIFO",
    "LIFO": "LIFO",
    "HIGHEST_COST": "Highest Cost",
    "MAX_LONG_TERM_GAIN": "MLG",
    "MAX_LONG_TERM_LOSS": "MLL",
    "MAX_SHORT_TERM_GAIN": "MSG",
    "MAX_SHORT_TERM_LOSS": "MSL",
}
_PROPORTION = "PROPORTION"
_NO_LOSS, _LOSS = Decimal("-0.004"), Decimal("-0.006")  # a loss of a cent begins between them
_TOO_MUCH = Decimal(10) ** 15
_UNCLEAR = "wash_unclear"
Part = tuple[RawLot, Decimal]


class Losses(Record):
    """By which rules a sale loses, and by which it may: half a cent is a matter of rounding."""

    certain: list[str]
    possible: list[str]
    unknown: bool  # nothing tells its gain

    @property
    def is_noticed(self) -> bool:
        """Whether there must be a notice."""
        return self.unknown or bool(self.certain)

    def allow(self, told: list[str]) -> bool:
        """Whether the rules that a notice tells are these, in their order."""
        in_order = [name for name in self.possible if name in told] == told
        return in_order and set(self.certain) <= set(told)


class Days(Record):
    """The days around a sale that count, YYYY-MM-DD, and the first one after them."""

    first: str
    last: str
    free: str


def days_around(sold: str) -> Days:
    """The days around a sale of the day `sold`."""
    day = datetime.date.fromisoformat(sold)
    steps = (-_WINDOW, _WINDOW, _WINDOW + _DAY)
    return Days(*((day + step).isoformat() for step in steps))


def losses_of(case: Case, trade: DocumentPart, holding: Holding) -> Losses:
    """By which rules a sale loses; the rule of its own gain is that which another check derives."""
    certain, possible = [], []
    if trade["gain_method"] == _PROPORTION and Decimal(trade["estimated_realized_gain"]) < 0:
        certain, possible = [_PROPORTION], [_PROPORTION]
    price = holding.value / holding.quantity
    for method, parts in _taken(case, trade, holding).items():
        gains = [size * (price - lot.cost / lot.quantity) for lot, size in parts]
        certain += [method] if min(gains) < _LOSS else []
        possible += [method] if min(gains) < _NO_LOSS else []
    return Losses(certain, possible, trade["gain_method"] is None)


def _taken(case: Case, trade: DocumentPart, holding: Holding) -> dict[str, list[Part]]:
    """The raw lots that each method takes, and how much of each; {} where they are not told."""
    sold, found = case.evidence.day, dict[str, list[Part]]()
    if trade["gain_method"] != "FIFO" or not sold:
        return found
    lots, price = raw_lots(case.evidence, holding), holding.value / holding.quantity
    for method in _SHOWN:
        left, found[method] = Decimal(trade["quantity"]), []
        for lot in ordered(lots, method, price, sold):
            if left > 0:
                found[method].append((lot, min(left, lot.quantity)))
                left -= lot.quantity
    return found


def notices_again(
    case: Case, trade: DocumentPart, holding: Holding, loss_by: list[str]
) -> Iterator[DocumentPart]:
    """What the notice of a sale that loses by the rules may hold, without its number.

    There are two such where a day is written with slashes, since the whole file may not tell its
    order, and where half a cent decides what is a loss.
    """
    evidence = case.evidence
    own = [row for row in evidence.executions or () if _is_of(row, holding)]
    for reason in _reasons(evidence, own):
        days = days_around(evidence.day) if evidence.day else Days("", "", "")
        bought = {} if reason else _bought(evidence, own, days)
        covered = max(evidence.first_day, days.first) if evidence.first_day and not reason else ""
        symbol = plain(holding.symbol)
        told = [say(reason)] if reason else _said(bought, days, covered)
        told += [say("wash_after", symbol=symbol, day=days.free)] if evidence.day else []
        verdicts = ["cannot tell"]
        if loss_by and not reason:
            keeps = bought and not _sold(evidence, own, days)
            verdicts = _verdicts(case, trade, holding, loss_by, days) if keeps else ["possible"]
        for verdict in verdicts:
            yield {
                "symbol": symbol,
                "verdict": verdict,
                "loss_by": loss_by,
                "purchases": [
                    {"date": day, "quantity": _plainly(size)} for day, size in bought.items()
                ],
                "covered_from": covered,
                "sentence": " ".join([_why(symbol, loss_by, verdict), *told]),
            }


def _verdicts(
    case: Case, trade: DocumentPart, holding: Holding, loss_by: list[str], days: Days
) -> list[str]:
    """The verdict of a sale with purchases; two where half a cent decides what is a loss."""
    lots, price = raw_lots(case.evidence, holding), holding.value / holding.quantity
    rules = _taken(case, trade, holding)
    taken = [parts for method, parts in rules.items() if method in loss_by]
    found = []
    for limit in (_LOSS, _NO_LOSS):
        lost = [
            {lot.opened for lot, size in parts if size * (price - lot.cost / lot.quantity) < limit}
            for parts in taken
        ]
        keeps = [_keeps_another(lots, *one, days) for one in zip(taken, lost)]
        certain = bool(keeps) and all(keeps)
        found.append("yes" if certain else "possible")
    return sorted(set(found))


def _is_of(row: Mapping[str, str], holding: Holding) -> bool:
    """Whether an execution is of the same security; one that names none may be of any."""
    symbol, conid = plain(row.get("symbol", "")), row.get("conid", "")
    if not (symbol or conid):
        return True
    return symbol == plain(holding.symbol) or bool(conid and conid == holding.conid)


def _reasons(evidence: Evidence, own: list[Mapping[str, str]]) -> list[str]:
    """The keys of the messages that may say why nothing is told; "" where something is."""
    if not evidence.day:
        return ["wash_no_day"]
    if evidence.executions is None:
        return ["wash_no_trades"]
    for row in own:
        named = row.get("symbol") or row.get("conid")
        sided = row.get("buySell", "").upper().startswith(("BUY", "SELL"))
        sized = _is_number(row.get("quantity", ""))
        if not (named and sided and sized and _day(evidence, row)):
            return [_UNCLEAR]
    slashed = any("/" in row["tradeDate"] for row in own)
    return ["", _UNCLEAR] if slashed else [""]


def _is_number(text: str) -> bool:
    """Whether `text` writes a number, without signs between its thousands, of a size to be had."""
    if set(text) - set("0123456789.+-eE"):
        return False
    try:
        return abs(Decimal(text)) < _TOO_MUCH
    except InvalidOperation:
        return False


def _plainly(size: Decimal) -> str:
    """A quantity without an exponent, and without what does not count at its end."""
    return format(size.normalize(), "f")


def _day(evidence: Evidence, row: Mapping[str, str]) -> str:
    """The day of an execution, "" where it is none."""
    text = row.get("tradeDate", "")
    day = raw_day(text, evidence.day_first)
    return day if day and (parse_date(day) if "/" in text else parse_date(text)) == day else ""


def _bought(evidence: Evidence, own: list[Mapping[str, str]], days: Days) -> dict[str, Decimal]:
    """What was bought on each of the days, in their order, less what of it was cancelled."""
    found: dict[str, Decimal] = {}
    for row in own:
        stated, day = row["buySell"].upper(), _day(evidence, row)
        if stated.startswith("BUY") and days.first <= day <= days.last:
            size = abs(Decimal(row["quantity"]))
            found[day] = found.get(day, ZERO) + (-size if "CA" in stated else size)
    return {day: found[day] for day in sorted(found) if found[day] > 0}


def _sold(evidence: Evidence, own: list[Mapping[str, str]], days: Days) -> bool:
    """Whether an execution since the first day sells: it may have used up what was bought."""
    return any(
        row["buySell"].upper().startswith("SELL") and _day(evidence, row) >= days.first
        for row in own
    )


def _keeps_another(lots: list[RawLot], parts: list[Part], lost: set[str], days: Days) -> bool:
    """Whether of another purchase in the days than one that loses, opened in `lost`, some is kept.

    What is left of a purchase that is sold from does not replace it: Rev. Rul. 56-602.
    """
    new = {lot.opened for lot in lots if days.first <= lot.opened <= days.last}
    for own in lost:
        others = new - {own}
        held = sum((lot.quantity for lot in lots if lot.opened in others), ZERO)
        if held > sum((size for lot, size in parts if lot.opened in others), ZERO):
            return True
    return False


def _why(symbol: str, loss_by: list[str], verdict: str) -> str:
    if not loss_by:
        return say("wash_gain_unknown", symbol=symbol)
    by = ", ".join(_SHOWN.get(name) or say("wash_by_share") for name in loss_by)
    if not set(_SHOWN) - set(loss_by):
        by = say("wash_every_method")
    shown = {"yes": "wash.yes", "possible": "wash.possible"}.get(verdict, "wash.cannot_tell")
    return say("wash_loss", symbol=symbol, by=by, verdict=say(shown))


def _said(bought: dict[str, Decimal], days: Days, covered: str) -> list[str]:
    """What is said of the purchases, and of the days that are not covered."""
    since = [say("wash_before", day=covered)] if covered > days.first else []
    since = since if covered else [say("wash_no_period")]
    named = ", ".join(f"{_plainly(size)} on {day}" for day, size in bought.items())
    if named:
        return [say("wash_bought", purchases=named), *since]
    return [say("wash_none", day=covered), *since] if covered else since
