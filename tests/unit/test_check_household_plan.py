"""The checks of a household's plan: a right one passes all, and each finds what is made wrong."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple

import pytest

from ib_portfolio.checks.household.household_checks import CHECKS, check_household_plan
from ib_portfolio.core.numbers import use_exact_decimals
from ib_portfolio.household import checked_household, planned_accounts, read_household
from ib_portfolio.request.policy.policy_options import with_policy
from ib_portfolio.request.request import parse_words
from ib_portfolio.sources.flex_xml import FIELDS

FIXTURES = Path(__file__).parents[1] / "fixtures"
Document = Dict[str, Any]


class Planned(NamedTuple):
    document: Document
    evidences: List[Any]

    def failed(self, change: Callable[[Document], None]) -> List[str]:
        """The checks that fail once `change` has made something of the document wrong."""
        document = copy.deepcopy(self.document)
        change(document)
        assert document != self.document, "the mutant changes nothing"
        results, _ = check_household_plan(document, self.evidences)
        return [row["name"] for row in results if not row["passed"]]


def planned(path: Path, *words: str) -> Planned:
    use_exact_decimals()
    request = parse_words([*words, "--statement", str(path), "--account", "all"])
    accounts = read_household(with_policy(request), FIELDS).accounts
    document = checked_household(planned_accounts(accounts, "2026-11-20"), accounts)
    return Planned(document, [one.account.evidence for one in accounts])


@pytest.fixture(scope="module")
def location() -> Planned:
    return planned(FIXTURES / "situations" / "household_location.xml", "balanced")


@pytest.fixture(scope="module")
def balanced() -> Planned:
    return planned(FIXTURES / "situations" / "household_balanced.xml", "balanced")


@pytest.fixture(scope="module")
def banded() -> Planned:
    path = FIXTURES / "situations" / "household_balanced.xml"
    return planned(path, "growth", "--band", "5/25,BOND=3")


def both_with_stocks() -> str:
    """The statement in which both accounts hold stocks and bonds."""
    text = (FIXTURES / "situations" / "household_location.xml").read_text("utf-8")
    more = 'position="293" markPrice="300" positionValue="87900"'
    text = text.replace('position="20" markPrice="300" positionValue="6000"', more)
    return text.replace('cash="23000" total="59000"', 'cash="23000" total="140900"')


POLICY = "[accounts]\nU1111111 = taxable\nU2222222 = tax-free\n"


@pytest.fixture(scope="module")
def with_kinds(tmp_path_factory: Any) -> Planned:
    """All that is over its target lies in the tax-free account, too; nothing has to be bought."""
    folder = tmp_path_factory.mktemp("kinds")
    text = both_with_stocks()
    (folder / "all.xml").write_text(text, "utf-8")
    (folder / "policy.ini").write_text(POLICY, "utf-8")
    words = ["--target", "50/5/45", "--policy", str(folder / "policy.ini")]
    return planned(folder / "all.xml", *words)


def trades(document: Document, account: int) -> List[Document]:
    return document["accounts"][account]["trades"]


def move(row: Document, field: str, by: str) -> None:
    row[field] = str(Decimal(row[field]) + Decimal(by))


def test_right_plans_pass_and_every_check_was_there(location, balanced, banded, with_kinds):
    seen = set()
    for one in (location, balanced, banded, with_kinds):
        results, others = check_household_plan(one.document, one.evidences)
        assert all(row["passed"] for row in results), results
        assert {row["name"] for row in results} | set(others) == {one.name for one in CHECKS}
        seen |= {row["name"] for row in results}
    assert seen == {one.name for one in CHECKS}


def total(field: str, by: str) -> Callable[[Document], None]:
    return lambda document: move(document["household"], field, by)


def share(place: int, field: str, by: str) -> Callable[[Document], None]:
    return lambda document: move(document["household"]["classes"][place], field, by)


@pytest.mark.parametrize(
    "change",
    [
        total("investable_value", "0.01"),
        share(0, "current_value", "0.01"),
        share(1, "current_pct", "0.0001"),
        share(0, "target_pct", "0.0001"),
        share(2, "drift_pct", "-0.0001"),
        share(1, "after_pct", "0.0001"),
    ],
)
def test_a_figure_of_all_accounts_that_is_wrong(location, change):
    assert location.failed(change) == ["household: sums"]


def test_parts_that_do_not_sum_up_or_go_away_from_the_target(location):
    def more(document: Document) -> None:
        move(document["accounts"][0]["part"], "STK", "100.00")

    def other_way(document: Document) -> None:
        move(document["accounts"][1]["part"], "STK", "3000.00")
        move(document["accounts"][1]["part"], "CASH", "-3000.00")

    for change in (more, other_way):
        assert "household: parts of the target" in location.failed(change)


def test_a_share_that_ends_beyond_its_target(location):
    def sold_twice(document: Document) -> None:
        move(trades(document, 0)[0], "amount", "19200.00")

    def bought_twice(document: Document) -> None:
        move(trades(document, 1)[0], "amount", "10000.00")

    for change in (sold_twice, bought_twice):
        assert "household: closer to the target" in location.failed(change)


def test_what_is_sold_in_one_account_and_bought_in_another(location):
    def bond_sold(document: Document) -> None:
        trades(document, 1)[0]["action"] = "SELL"

    def stock_bought(document: Document) -> None:
        bought = {**trades(document, 0)[0], "action": "BUY", "amount": "300.00", "quantity": "1"}
        trades(document, 1).append(bought)

    for change in (bond_sold, stock_bought):
        assert "household: one direction" in location.failed(change)


def test_a_trade_where_all_are_at_the_target(balanced, location):
    def sale(document: Document) -> None:
        sold = {**trades(location.document, 0)[0], "amount": "1500.00", "quantity": "5"}
        trades(document, 0).append(sold)

    def purchase(document: Document) -> None:
        trades(document, 1).append({**trades(location.document, 1)[0], "amount": "1000.00"})

    for change in (sale, purchase):
        assert "household: nothing at the target" in balanced.failed(change)


def test_what_is_left_undone_though_an_account_could(location):
    def nothing_bought(document: Document) -> None:
        order = trades(document, 1).pop()
        move(document["accounts"][1]["summary"], "cash_after", order["amount"])

    def neither(document: Document) -> None:
        for account in (0, 1):
            trades(document, account).clear()

    for change in (nothing_bought, neither):
        assert "household: nothing left undone" in location.failed(change)


def band(place: int, field: str, by: str) -> Callable[[Document], None]:
    return lambda document: move(document["household"]["bands"][place], field, by)


@pytest.mark.parametrize(
    "change",
    [
        band(0, "current_pct", "0.0001"),
        band(1, "target_pct", "0.01"),
        band(2, "drift_pct", "-0.0001"),
        band(1, "band_pct", "0.01"),
        lambda document: document["household"]["bands"][2].update(inside=False),
        lambda document: document["household"]["bands"][0].update(inside=True),
        lambda document: document["household"]["bands"].pop(),
        lambda document: document["household"]["bands"][0].update(name="BOND"),
    ],
)
def test_a_band_that_is_told_wrong(banded, change):
    assert banded.failed(change) == ["household: bands"]


@pytest.mark.parametrize("account", [0, 1])
def test_cash_that_ends_below_nothing(location, account):
    def spent(document: Document) -> None:
        move(document["accounts"][account]["summary"], "cash_after", "-20000.00")

    assert "household: cash of each account" in location.failed(spent)


def test_a_debt_that_is_not_told_or_told_wrong(location):
    """No account owes here: what is made to owe has no warning, and what is warned of no debt."""

    def owes(document: Document) -> None:
        document["accounts"][1]["summary"]["cash_after"] = "-0.01"

    def warned(document: Document) -> None:
        name = document["accounts"][0]["account"]
        document["household"]["warnings"].append(f"{name} ends $5.00 in debt.")

    def other_amount(document: Document) -> None:
        owes(document)
        name = document["accounts"][1]["account"]
        document["household"]["warnings"].append(f"{name} ends $0.02 in debt.")

    def other_cash(document: Document) -> None:
        owes(document)
        first, second = document["accounts"]
        cash = Decimal(first["summary"]["cash_after"]) + 1
        told = f"{second['account']} ends $0.01 in debt, others with ${cash:,.2f} in cash."
        document["household"]["warnings"].append(told)

    for change in (owes, warned, other_amount, other_cash):
        assert "household: debts are told" in location.failed(change)


def test_a_loss_that_is_bought_back(location):
    def in_another(document: Document) -> None:
        bought = trades(document, 1)[0]
        bought["conid"] = trades(document, 0)[0]["conid"]
        trades(document, 0)[0]["estimated_realized_gain"] = "-1.00"

    def in_the_same(document: Document) -> None:
        sold, bought = trades(document, 0)
        sold["estimated_realized_gain"], bought["conid"] = "-0.01", sold["conid"]

    for change in (in_another, in_the_same):
        assert "household: no loss bought back" in location.failed(change)


def test_a_gain_that_is_taxed_though_it_need_not_be(with_kinds):
    taxed, free = (trades(with_kinds.document, account) for account in (0, 1))
    assert not taxed and {row["action"] for row in free} == {"SELL"}

    def all_there(document: Document) -> None:
        document["accounts"][0]["trades"] = trades(document, 1)
        document["accounts"][1]["trades"] = []

    def half(document: Document) -> None:
        sold = trades(document, 1)[0]
        half = str(Decimal(sold["amount"]) / 2)
        trades(document, 0).append({**sold, "amount": half})
        sold["amount"] = half

    for change in (all_there, half):
        assert "household: gains where they are free" in with_kinds.failed(change)


def test_kinds_are_of_the_accounts_that_are_shown_with_more_of_their_numbers(tmp_path):
    """U1114567 and U2224567 are U***14567 and U***24567: the policy's lines are still theirs."""
    text = both_with_stocks()
    numbers = (("U1111111", "U1114567"), ("U2222222", "U2224567"))
    policy = POLICY
    for old, new in numbers:
        text, policy = text.replace(old, new), policy.replace(old, new)
    (tmp_path / "all.xml").write_text(text, "utf-8")
    (tmp_path / "policy.ini").write_text(policy, "utf-8")
    one = planned(
        tmp_path / "all.xml", "--target", "50/5/45", "--policy", str(tmp_path / "policy.ini")
    )
    assert [row["account"] for row in one.document["accounts"]] == ["U***14567", "U***24567"]

    def all_there(document: Document) -> None:
        document["accounts"][0]["trades"] = trades(document, 1)
        document["accounts"][1]["trades"] = []

    assert one.failed(all_there).count("household: gains where they are free") == 1


def test_a_taxed_gain_that_pays_for_what_the_other_account_could_buy(tmp_path):
    """Stocks are over and bonds under in all; both accounts hold both."""
    text = both_with_stocks()
    (tmp_path / "all.xml").write_text(text, "utf-8")
    (tmp_path / "policy.ini").write_text(POLICY, "utf-8")
    one = planned(
        tmp_path / "all.xml", "--target", "60/30/10", "--policy", str(tmp_path / "policy.ini")
    )
    assert not trades(one.document, 0)
    assert {row["action"] for row in trades(one.document, 1)} == {"SELL", "BUY"}

    def there(document: Document) -> None:
        document["accounts"][0]["trades"] = trades(document, 1)
        document["accounts"][1]["trades"] = []

    assert "household: gains where they are free" in one.failed(there)
