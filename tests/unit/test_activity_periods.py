"""Several statements of one account become one activity, in which every day counts once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Sequence, Tuple

import pytest
from tax_statements import Account, write_statement

from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.tax_request import TAX_REPORT, parse_tax_text
from ib_portfolio.sources.activity.activity import Activity
from ib_portfolio.tax_accounts import read_accounts

Period = Tuple[str, str]
JANUARY, LAST = "20260101", "20261120"
FRIDAY, SATURDAY, MONDAY, TUESDAY = "20260626", "20260627", "20260629", "20260630"


def read(folder: Path, *accounts: Account) -> Activity:
    request = parse_tax_text(TAX_REPORT, "--account all")
    request = request._replace(statement=write_statement(folder, *accounts))
    (found,) = read_accounts(request).accounts
    return found.activity


def periods(*days: Period) -> List[Account]:
    """A statement of each period, the first with a purchase of S0, the second of S1."""
    return [
        Account(first=first, last=last).trade("BUY", f"S{number}", last, "1")
        for number, (first, last) in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("days", "bought"),
    [
        (((JANUARY, FRIDAY), (SATURDAY, LAST)), "S0 S1"),
        (((SATURDAY, LAST), (JANUARY, FRIDAY)), "S1 S0"),
        (((JANUARY, FRIDAY), (MONDAY, LAST)), "S0 S1"),
        (((JANUARY, FRIDAY), (JANUARY, LAST)), "S1"),
        (((JANUARY, LAST), (JANUARY, FRIDAY)), "S0"),
        (((JANUARY, LAST), (MONDAY, LAST)), "S0"),
        (((MONDAY, LAST), (JANUARY, LAST)), "S1"),
        (((JANUARY, LAST), (MONDAY, TUESDAY)), "S0"),
        (((JANUARY, LAST), (JANUARY, LAST)), "S1"),
        (((JANUARY, FRIDAY), (SATURDAY, MONDAY), (JANUARY, LAST)), "S2"),
    ],
)
def test_every_day_counts_once(tmp_path: Path, days: Sequence[Period], bought: str) -> None:
    found = read(tmp_path, *periods(*days))
    assert [one.contract.symbol for one in found.executions or ()] == bought.split()
    assert (found.first, found.last) == ("2026-01-01", "2026-11-20")


@pytest.mark.parametrize(
    ("days", "key", "said"),
    [
        (((JANUARY, FRIDAY), (FRIDAY, LAST)), "periods_overlap", "tell of the same days"),
        (((JANUARY, MONDAY), (FRIDAY, LAST)), "periods_overlap", "tell of the same days"),
        (((JANUARY, FRIDAY), (TUESDAY, LAST)), "periods_gap", "from 2026-06-26 to 2026-06-30"),
    ],
)
def test_days_that_are_told_twice_or_missing_are_refused(
    tmp_path: Path, days: Sequence[Period], key: str, said: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read(tmp_path, *periods(*days))
    assert refusal.value.key == key and said in str(refusal.value)


def without_executions(level: str) -> Account:
    account = Account().trade("BUY", "AAPL", LAST, "1")
    order = account.rows["Trade"].pop()
    fields = " ".join(f'{name}="{value}"' for name, value in order.items() if "level" not in name)
    account.more.append(f'<Order {fields} levelOfDetail="{level}" />')
    return account


@pytest.mark.parametrize(
    ("level", "count"), [("ORDER", 1), ("order", 1), ("", 1), ("ASSET_SUMMARY", 0)]
)
def test_orders_count_where_executions_are_not_listed(
    tmp_path: Path, level: str, count: int
) -> None:
    assert len(read(tmp_path, without_executions(level)).executions or ()) == count


def test_orders_do_not_count_beside_executions(tmp_path: Path) -> None:
    account = without_executions("ORDER").trade("BUY", "VTI", LAST, "2")
    (found,) = read(tmp_path, account).executions or ()
    assert found.contract.symbol == "VTI"


def trades(*rows: Any) -> Account:
    account = Account()
    for side, day, quantity in rows:
        account.trade(side, "AAPL", day, quantity)
    return account


def test_a_cancelled_trade_takes_back_the_last_one_like_it(tmp_path: Path) -> None:
    account = trades(("BUY", "20260105", "3"), ("BUY", "20260106", "3"), ("BUY", "20260106", "4"))
    account.trade("BUY (Ca.)", "AAPL", "20260106", "3")
    found = read(tmp_path, account).executions or ()
    assert [(one.day, one.quantity) for one in found] == [("2026-01-05", 3), ("2026-01-06", 4)]


@pytest.mark.parametrize(
    "row", [("BUY", "20260107", "3"), ("SELL", "20260105", "3"), ("BUY", "20260105", "2")]
)
def test_a_cancelled_trade_needs_one_like_it_before(tmp_path: Path, row: Any) -> None:
    account = trades(row).trade("BUY (Ca.)", "AAPL", "20260106", "3")
    with pytest.raises(Refusal) as refusal:
        read(tmp_path, account)
    assert refusal.value.key == "cancelled_unknown" and "2026-01-06" in str(refusal.value)
