"""How far a figure may be off before the reading of it is another, to the hundred-thousandth.

A figure that a source tells twice may differ by rounding, or by two moments of a market. Each limit
is found by halving; the table says it in both directions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

from readings.answers import answers_in, changed, of_connector, of_server
from readings.given import FOLDER
from readings.statement_cases import CASH, NAV, portfolio
from readings.statements import Case, Reader, reading_with

from ib_portfolio.core.messages import Refusal

STEP = Decimal("0.00001")
_MOST = 2**32  # steps
Read = Callable[[str], Any]
Aspect = Callable[[Any], Any]


class Limit(NamedTuple):
    """A figure of a source, and what of its reading has to stay as it is."""

    source: str
    figure: str
    aspect: str
    value: str
    read: Read  # of a text in the place of the figure


def _is_read(found: Any) -> bool:
    return not isinstance(found, Refusal)


def _of_read(what: Aspect) -> Aspect:
    return lambda found: _is_read(found) and what(found)


# What of a reading has to stay as it is.
_ASPECTS: Dict[str, Aspect] = {
    "is read": _is_read,
    "adds up": lambda found: all(map(_is_read, found.values())),
    "costs nothing": _of_read(lambda found: found.positions[-1].zero_cost),
    "warns": _of_read(lambda found: bool(found.warnings)),
    "is a bill": lambda found: found["read"].positions[3].category == "BILL",
    "tells a gain": _of_read(lambda found: found.positions[0].unrealized_gain is not None),
    "tells a multiplier": _of_read(lambda found: found.positions[3].instrument.multiplier == 100),
}
_NO_NAV = Case("sums.xml", without=NAV)
_OF_STATEMENTS = (
    (Case("sums.xml"), f"{NAV} 20261120", "total", "is read"),
    (_NO_NAV, f"{CASH} BASE_SUMMARY", "endingCash", "is read"),
    (_NO_NAV, f"{CASH} EUR", "endingCash", "is read"),
    (_NO_NAV, f"{CASH} BASE_SUMMARY", "endingSettledCash", "warns"),
    (_NO_NAV, "OpenPosition VOD LOT", "fxRateToBase", "is read"),
    (_NO_NAV, "ConversionRate EUR 20261120", "rate", "is read"),
    (_NO_NAV, "OpenPosition AAPL", "positionValue", "is read"),
    (_NO_NAV, "OpenPosition AAPL", "markPrice", "is read"),
    (Case("held.xml", "TWIN"), "OpenPosition TWIN SUMMARY ONE", "positionValue", "is read"),
    (Case("held.xml", "OLD, GIFT"), "OpenPosition GIFT", "fifoPnlUnrealized", "costs nothing"),
    (Case("held.xml", "OLD, GIFT"), "OpenPosition GIFT", "costBasisMoney", "costs nothing"),
    (Case("held.xml", "OLD, GIFT"), "OpenPosition GIFT", "positionValue", "is read"),
)
# Places in the answers to the calls, from the second part of a path on, by file and call.
_OF_ANSWERS = (
    ("server.json", "get_positions positions 0 mark_price", "adds up"),
    ("server.json", "get_positions positions 0 position_value", "adds up"),
    ("server.json", "get_positions positions 0 average_cost", "adds up"),
    ("server.json", "get_positions positions 3 mark_price", "adds up"),
    ("server.json", "get_positions positions 4 mark_price", "adds up"),
    ("server.json", "get_positions positions 4 position_value", "is a bill"),
    ("server.json", "get_positions positions 4 mark_price", "is a bill"),
    ("server.json", "get_positions positions 5 mark_price", "adds up"),
    ("server.json", "get_positions positions 9 mark_price", "adds up"),
    ("server.json", "get_positions totals total_value", "adds up"),
    ("server.json", "get_account_summary cash total_cash", "adds up"),
    ("connector.json", "get_account_summary net_liquidation", "is read"),
    ("connector.json", "get_account_summary total_cash_value", "is read"),
    ("connector.json", "get_account_balances balances 0 net_liquidation_value", "is read"),
    ("connector.json", "get_account_balances balances 0 stock_market_value", "is read"),
    ("connector.json", "get_account_balances balances 1 cash_balance", "is read"),
    ("connector.json", "get_account_balances balances 1 stock_market_value", "is read"),
    ("connector.json", "get_account_balances balances 3 stock_market_value", "is read"),
    ("connector.json", "get_account_positions positions 0 market_price", "is read"),
    ("connector.json", "get_account_positions positions 0 market_value", "is read"),
    ("connector.json", "get_account_positions positions 0 unrealized_pnl", "tells a gain"),
    ("connector.json", "get_account_positions positions 0 average_price", "tells a gain"),
    ("connector.json", "get_account_positions positions 3 market_price", "tells a multiplier"),
    ("small.json", "get_account_summary net_liquidation", "is read"),
    ("small.json", "get_account_summary dividends", "is read"),
    ("small.json", "get_account_summary total_cash_value", "is read"),
    ("small.json", "get_account_balances balances 1 stock_market_value", "is read"),
    ("small.json", "get_account_positions positions 0 unrealized_pnl", "tells a gain"),
)


def _limits(reader: Reader) -> Iterator[Limit]:
    """Every limit that is looked for."""
    for case, row, field, aspect in _OF_STATEMENTS:
        value, read = reading_with(FOLDER, case, reader, row, field)
        without = f" without {case.without}" if case.without else ""
        yield Limit(f"{case.file}{without}", f"{row} {field}", aspect, value, read)
    for file, path, aspect in _OF_ANSWERS:
        door = of_server if file == "server.json" else of_connector
        value, read = _read_at(answers_in(file), path, door)
        yield Limit(file, path, aspect, value, read)


def _read_at(answers: Any, path: str, door: Callable[[Any], Any]) -> Tuple[str, Read]:
    place = tuple(int(key) if key.isdecimal() else key for key in path.split())
    value = answers
    for key in place:
        value = value[key]
    kind: Callable[[str], Any] = str if isinstance(value, str) else Decimal
    return str(value), lambda text: door(changed(answers, place, kind(text)))


def _text(limit: Limit, steps: int) -> str:
    return format(Decimal(limit.value) + steps * STEP, "f")


def _stays(limit: Limit, steps: int) -> bool:
    """Whether the reading is still so with the figure so many steps off."""
    return bool(_ASPECTS[limit.aspect](limit.read(_text(limit, steps))))


def _farthest(limit: Limit, sign: int) -> int:
    """The most steps in a direction with which nothing changes; _MOST where nothing ever does."""
    low, high = 0, _MOST
    if _stays(limit, sign * high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _stays(limit, sign * middle) else (low, middle)
    return low


def limits() -> Iterator[str]:
    """The lines: source, figure, what has to stay, its value, the least and the most it may be."""
    with Reader(portfolio) as reader:
        for limit in _limits(reader):
            ends = [(sign, _farthest(limit, sign)) for sign in (-1, 1)]
            shown = [_text(limit, sign * most) if most < _MOST else "any" for sign, most in ends]
            yield "\t".join((*limit[:4], *shown))


def wrong(lines: List[str]) -> List[str]:
    """The limits of a table that are not those of now: what is past them stays, or they do not."""
    kept = {tuple(line.split("\t")[:4]): line.split("\t")[4:] for line in lines}
    assert len(kept) == len(lines)
    found: List[str] = []
    with Reader(portfolio) as reader:
        for limit in _limits(reader):
            if not _stays(limit, 0):
                found.append(f"{limit.source} {limit.figure}: not so as it is")
            found += _moved(limit, dict(zip((-1, 1), kept.pop(limit[:4], ["0", "0"]))))
    return [*found, *(f"{figure} is no longer looked for" for _, figure, *_ in kept)]


def _moved(limit: Limit, ends: Dict[int, str]) -> Iterator[str]:
    for sign, end in ends.items():
        most = _MOST if end == "any" else abs(int((Decimal(end) - Decimal(limit.value)) / STEP))
        past = [] if end == "any" else [_stays(limit, sign * (most + 1))]
        if not _stays(limit, sign * most) or any(past):
            yield f"{limit.source} {limit.figure}: {end} is not its limit"
