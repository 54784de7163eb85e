"""Answers of servers of which one place is another, read as the runs read them."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

from readings.differences import outcome, told
from readings.given import FOLDER

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.ib_sec_mcp import server_portfolio
from ib_portfolio.sources.ibkr_connector.connector_portfolio import connector_portfolio
from ib_portfolio.sources.server_ledger import reconcile_answers

Place = Tuple[Any, ...]
_GONE, _TWICE = object(), object()
_NAMES = ("symbol", "contract_description", "currency")
_CODES: Dict[str, Tuple[str, ...]] = {
    "asset_class": ("STK", "BOND", "FUT", "OTHER", "stk"),
    "currency": ("USD", "EUR", "JPY", "BASE", "usd", "GBX1"),
    "base_currency": ("EUR",),
    "cusip": ("912810XX1", "037833100"),
    "position_date": ("2026-11-18", "20261118", "18/11/2026", "soon"),
    "contract_description": ("S" * 60, "S" * 61, "VTI @ARCA", "AAPL Feb31'27 200 CALL"),
    "symbol": ("S" * 60, "S" * 61, "TII x"),
    "quantity": ("-0.000000001",),
}


class Case(NamedTuple):
    """The answers in a file, what is changed in them first, and the fields that are changed then.

    `fields` are those of rows of which not all are changed; under "" those of all other rows.
    """

    file: str
    fields: Dict[str, str] = {}  # noqa: RUF012
    first: Tuple[Tuple[Place, Any], ...] = ()

    def changes(self, row: str, field: str) -> bool:
        """Whether a field is changed."""
        wanted = self.fields.get(row, self.fields.get(""))
        return wanted is None or field in wanted.split()


def places_of(part: Any, place: Place = ()) -> Iterator[Tuple[Place, Any]]:
    """Every place of an answer with what stands in it."""
    if place:
        yield place, part
    keys: Any = part if isinstance(part, dict) else range(len(part)) if _is_list(part) else ()
    for key in keys:
        yield from places_of(part[key], (*place, key))


def instead(place: Place, value: Any) -> Iterator[Any]:
    """What is tried in a place: nothing, null, another kind of value, another figure or code."""
    yield _GONE
    if isinstance(place[-1], int):
        yield from (_TWICE, "much")
        return
    yield None
    if isinstance(value, (dict, list)):
        yield [] if _is_list(value) else {}
        yield 7
    elif isinstance(value, str) and not _is_number(value):
        yield from ("", " ", 7, f"{value} x")
        yield from _CODES.get(place[-1], ())
    elif value is not None:
        number = Decimal(str(value))
        own = _kind_of(value)
        yield from ("", "much", True, [1], own(Decimal(0)), own(-number))
        yield own(number * Decimal("1.1") if number else Decimal(1))
        yield from _CODES.get(place[-1], ())
        yield str(value) if not isinstance(value, str) else number


def _kind_of(value: Any) -> Callable[[Decimal], Any]:
    """What makes another figure the kind that a value is: text, a whole number, or another one."""
    if isinstance(value, str):
        return lambda found: format(found, "f")
    if isinstance(value, int):
        return lambda found: found if found % 1 else int(found)
    return lambda found: found


def _is_list(part: Any) -> bool:
    return isinstance(part, list)


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def changed(part: Any, place: Place, value: Any) -> Any:
    """The answer with something else in a place; what is not on the way is shared."""
    key, *rest = place
    new = value if not rest else changed(part[key], tuple(rest), value)
    if isinstance(part, list):
        middle = [] if new is _GONE else [part[key]] * 2 if new is _TWICE else [new]
        return [*part[:key], *middle, *part[key + 1 :]]
    copied = {**part, key: new}
    if new is _GONE:
        del copied[key]
    return copied


def _called(answers: Any, place: Place) -> Tuple[str, str]:
    """What a place is called: rows by their names."""
    found, part = [], answers
    for key in place:
        part = part[key]
        if isinstance(key, int) and isinstance(part, dict):
            key = next((part[name] for name in _NAMES if part.get(name)), key)
        found.append(str(key))
    return " ".join(found[:-1]), found[-1]


def answers_in(file: str) -> Any:
    """The answers in a file, by the tool that gave them."""
    with open(os.path.join(FOLDER, file), encoding="utf-8") as text:
        return json.load(text, parse_float=Decimal)


def table(case: Case, read: Callable[[Any], Any]) -> Iterator[str]:
    """The lines of a table of the answers in a file."""
    answers = answers_in(case.file)
    for place, value in case.first:
        answers = changed(answers, place, value)
    before = read(answers)
    yield " ".join(
        ["#", case.file, *(f"{_path(place)} {_shown(value)}" for place, value in case.first)]
    )
    yield f"(as it is)\t\t{told(before)}"
    for place, value in places_of(answers):
        row, field = _called(answers, place)
        if len(place) == 1 or not case.changes(row, field):
            continue
        came: Dict[str, List[str]] = {}
        for shown, new in {_shown(one): one for one in instead(place, value)}.items():
            if shown != _shown(value):
                after = read(changed(answers, place, new))
                came.setdefault(outcome(before, after), []).append(shown)
        was = "" if isinstance(value, (dict, list)) else f" {_shown(value)}"
        for said, given in came.items():
            yield f"{row}\t{field}{was} -> {', '.join(given)}\t{said}"


def _path(place: Place) -> str:
    return ".".join(map(str, place))


def _shown(value: Any) -> str:
    if value is _GONE:
        return "(none)"
    if value is _TWICE:
        return "(twice)"
    return (
        str(value)
        if isinstance(value, Decimal)
        else json.dumps(value, ensure_ascii=False, default=str)
    )


def _attempt(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Refusal as refusal:
        return refusal


def of_server(answers: Any) -> Any:
    """What becomes of the answers, and whether they add up."""
    kept = (answers.get("get_positions"), answers.get("get_account_summary"))
    return {
        "read": _attempt(lambda: server_portfolio(*kept)),
        "ledger": _attempt(lambda: reconcile_answers(*kept)),
    }


def of_connector(answers: Any) -> Any:
    """The portfolio in the answers, or the Refusal."""
    names = ("get_account_summary", "get_account_balances", "get_account_positions")
    parts = [answers[name] for name in names]
    return _attempt(lambda: connector_portfolio(*parts, "2026-11-20 15:30 +01:00"))


_ROWS, _CASH, _CURRENCIES = "get_positions positions", "get_account_summary cash", "by_currency"
_SERVER = (
    Case(
        "server.json",
        {
            f"{_ROWS} SAP": "quantity mark_price position_value currency fx_rate_to_base isin",
            f"{_ROWS} STRIPS-2040": "asset_class cusip mark_price",
            f"{_ROWS} T 0 01/21/27": "asset_class cusip mark_price fx_rate_to_base quantity",
            f"{_ROWS} AAPL  270115C00250000": "multiplier cost_basis",
            f"{_ROWS} MESZ6": "asset_class position_date",
            f"{_ROWS} GIFT": "cost_basis unrealized_pnl average_cost",
            f"{_ROWS} TII 0 1/8 07/15/30": "symbol description asset_class",
            f"{_ROWS} JPFUND": "asset_class mark_price fx_rate_to_base",
        },
    ),
    Case(
        "server.json",
        {
            "": "",
            f"{_CASH}": "total_cash by_currency",
            f"{_CASH} {_CURRENCIES} USD": "currency ending_cash",
        },
        (
            (("get_account_summary", "cash", _CURRENCIES, 1), _GONE),
            (("get_account_summary", "cash", "total_cash"), "1000"),
            (("get_account_summary", "account_value", "breakdown", "cash"), "1000"),
            (("get_account_summary", "account_value", "total_value"), "126300.4"),
        ),
    ),
    Case(
        "server.json",
        {"": "", f"{_CASH}": "total_cash"},
        (
            (("get_account_summary", "cash", _CURRENCIES), []),
            (("get_account_summary", "cash", "total_cash"), "0"),
            (("get_account_summary", "account_value", "breakdown", "cash"), "0"),
            (("get_account_summary", "account_value", "total_value"), "125300.4"),
        ),
    ),
)

_BALANCES = ("get_account_balances", "balances")
_CONNECTOR = (
    Case("connector.json"),
    Case("small.json", {"": "dividends asset_class market_price contract_id"}),
    Case(
        "small.json",
        {"": "currency exchange_rate"},
        (
            (("get_account_positions", "positions", 0, "currency"), "EUR"),
            ((*_BALANCES, 1, "currency"), "EUR"),
            ((*_BALANCES, 1, "exchange_rate"), Decimal("1.1")),
            ((*_BALANCES, 0, "cash_balance"), 11),
            ((*_BALANCES, 0, "stock_market_value"), 55),
            ((*_BALANCES, 0, "net_liquidation_value"), 71),
            (("get_account_summary", "net_liquidation"), 71),
            (("get_account_summary", "total_cash_value"), 11),
        ),
    ),
    Case(
        "small.json",
        {"": "stock_market_value"},
        (
            (("get_account_positions", "positions"), []),
            ((*_BALANCES, 0, "stock_market_value"), 0),
            ((*_BALANCES, 1, "stock_market_value"), 0),
            ((*_BALANCES, 0, "net_liquidation_value"), 15),
            (("get_account_summary", "net_liquidation"), 15),
        ),
    ),
)


def server() -> Iterator[str]:
    """What of the answers of ib-sec-mcp becomes what is held, and whether they agree."""
    for case in _SERVER:
        yield from table(case, of_server)


def connector() -> Iterator[str]:
    """What of the answers of IBKR's connector becomes what is held."""
    for case in _CONNECTOR:
        yield from table(case, of_connector)
