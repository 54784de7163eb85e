"""The self-check of wash-sale notices: which there must be, and that each says what is so."""

from __future__ import annotations

import copy
import re
from typing import Any, Callable, Dict, List, NamedTuple, Set, Tuple

import pytest
from lot_rows import document_with_lots, stock_rows
from portfolios import Rows, day_of

from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.checks.tax.notice_checks import CHECKS

Notice = Dict[str, Any]
Change = Callable[[Notice], object]
OLD = ("10", "4000", "20250101")  # sold at 10, as the others
NEW = [("20", "6000", "20261101"), ("10", "3000", "20261103")]
NOTICED, BOUGHT, TOLD = (check.name for check, _ in CHECKS)


def trade(day: str, side: str, quantity: str, **more: str) -> Dict[str, str]:
    return {"tradeDate": day, "buySell": side, "quantity": quantity, **more}


class Account(NamedTuple):
    """A statement of one stock that is sold at a loss, from a day on, and what is told of it."""

    rows: Rows
    verdict: str
    from_date: str = "2026-01-01"

    def made(self) -> Tuple[Dict[str, Any], Any]:
        """The checked document, and what it is checked against."""
        evidence = statement_evidence(
            day_of(self.rows).rows, {"lots": ""}, from_date=self.from_date
        )
        return document_with_lots(self.rows, "growth", self.from_date), evidence


def lately(*more: Dict[str, str]) -> Rows:
    """Forty were bought of which ten were sold again, or more happened; some purchases are old."""
    buys = [trade("20261101", "BUY", "11"), trade("20261101", "BUY (Ca.)", "-1")]
    other = trade("20261102", "BUY", "70", symbol="OTHER", conid="7")
    old = trade("20261020", "BUY", "11")
    return stock_rows([OLD, *NEW], trades=[*buys, old, other, *more])


def bought_dearly(old: str, new: str, *later: str) -> Rows:
    """What was bought lately loses, what is old gains; nine are sold. `later`: units and cost."""
    lots = [(old, "300", "20250101"), (new, "900", "20261105")]
    lots += [(*later, "20261106")] if later else []
    return stock_rows(lots, trades=[trade("20261105", "BUY", new)])


SINGLE = stock_rows([("80", "900", "20250101")])
ACCOUNTS = {
    "kept": Account(lately(), "yes"),
    "sold since": Account(lately(trade("20261105", "SELL", "-3")), "possible"),
    "a sale since was cancelled": Account(lately(trade("20261105", "SELL (Ca.)", "3")), "possible"),
    "sold before": Account(lately(trade("20261020", "SELL", "-3")), "yes"),
    "told from within": Account(lately(), "yes", "2026-10-31"),
    "told from no day": Account(SINGLE, "possible", ""),
    "nothing bought": Account(SINGLE, "possible"),
    "nothing bought, told from within": Account(SINGLE, "possible", "2026-11-10"),
    "all of the new is sold": Account(bought_dearly("71", "9"), "possible"),
    "the rest of the new is kept": Account(bought_dearly("70", "10"), "possible"),
    "all of another day is kept": Account(bought_dearly("58", "10", "12", "60"), "yes"),
    "by one method all of another day is sold": Account(
        bought_dearly("61", "10", "9", "45"), "yes"
    ),
    "both of two days lose, and some is kept": Account(
        bought_dearly("62", "10", "8", "800"), "yes"
    ),
    "of two days only the rest of the one is kept": Account(
        bought_dearly("69", "10", "1", "5"), "possible"
    ),
    "no lots": Account(
        stock_rows([("80", "", "20250101")], costBasisMoney="900", trades=[]), "possible"
    ),
    "gain unknown": Account(
        stock_rows(
            [("80", "", "20250101")],
            costBasisMoney="",
            trades=[trade("20261105", "BUY", "2.5")],
        ),
        "cannot tell",
    ),
    "no trades": Account(stock_rows([OLD, *NEW], trades=None), "cannot tell"),
    "a trade without a side": Account(lately(trade("20261105", "", "1")), "cannot tell"),
    "a trade without a size": Account(lately(trade("20261105", "BUY", "")), "cannot tell"),
    "a trade without a day": Account(lately(trade("20261305", "BUY", "1")), "cannot tell"),
    "a trade of nothing": Account(
        lately(trade("20261105", "BUY", "1", symbol="", conid="")), "cannot tell"
    ),
    "a day that may be another": Account(lately(trade("11/05/2026", "BUY", "1")), "cannot tell"),
}


def failed(document: Dict[str, Any], evidence: Any) -> Set[str]:
    return {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_right_notice_passes(name: str) -> None:
    document, evidence = ACCOUNTS[name].made()
    (notice,) = document["wash_sales"]
    assert notice["verdict"] == ACCOUNTS[name].verdict
    assert not failed(document, evidence)


def replaced(field: str, pattern: str, by: str) -> Change:
    """A change of a text that must change something."""

    def change(notice: Notice) -> None:
        before = notice[field]
        notice[field] = re.sub(pattern, by, before, count=1)
        assert notice[field] != before

    return change


CHANGES: List[Tuple[str, str, Change]] = [
    (BOUGHT, "kept", lambda notice: notice["purchases"][0].update(quantity="11")),
    (BOUGHT, "kept", lambda notice: notice["purchases"][0].update(date="2026-11-02")),
    (BOUGHT, "kept", lambda notice: notice["purchases"].clear()),
    (
        BOUGHT,
        "kept",
        lambda notice: notice["purchases"].insert(0, {"date": "2026-10-20", "quantity": "11"}),
    ),
    (BOUGHT, "gain unknown", lambda notice: notice["purchases"].clear()),
    (BOUGHT, "kept", lambda notice: notice.update(verdict="cannot tell", purchases=[])),
    (BOUGHT, "kept", replaced("sentence", "2026-12-21", "2026-12-20")),
    (BOUGHT, "no trades", replaced("sentence", "2026-12-21", "2026-12-20")),
    (TOLD, "kept", lambda notice: notice.update(covered_from="2026-10-22")),
    (TOLD, "kept", lambda notice: notice.update(covered_from="")),
    (TOLD, "told from no day", lambda notice: notice.update(covered_from="2026-10-21")),
    (TOLD, "no trades", lambda notice: notice.update(covered_from="2026-10-21")),
    (TOLD, "kept", replaced("sentence", "10 on", "11 on")),
    (TOLD, "kept", replaced("sentence", "ACME", "ACMF")),
    (TOLD, "kept", replaced("sentence", "2026-11-01", "2026-11-02")),
    (TOLD, "kept", replaced("sentence", "by every method", "FIFO")),
    (TOLD, "told from within", replaced("sentence", "2026-10-31", "2026-10-30")),
    (TOLD, "nothing bought", replaced("sentence", "2026-10-21", "2026-10-20")),
    (TOLD, "no lots", replaced("sentence", "in proportion", "FIFO")),
    (TOLD, "gain unknown", replaced("sentence", "ACME", "ACMF")),
    (NOTICED, "kept", lambda notice: notice.update(loss_by=[])),
    (NOTICED, "kept", lambda notice: notice["loss_by"].pop()),
    (NOTICED, "kept", lambda notice: notice["loss_by"].insert(0, "PROPORTION")),
    (NOTICED, "kept", lambda notice: notice["loss_by"].reverse()),
    (NOTICED, "no lots", lambda notice: notice.update(loss_by=[])),
    (NOTICED, "gain unknown", lambda notice: notice.update(loss_by=["FIFO"])),
    (NOTICED, "kept", lambda notice: notice.update(symbol="ACMF")),
    (NOTICED, "kept", lambda notice: notice.update(priority=2)),
]


@pytest.mark.parametrize(("check", "name", "change"), CHANGES)
def test_a_wrong_claim_of_a_notice_is_found(check: str, name: str, change: Change) -> None:
    document, evidence = ACCOUNTS[name].made()
    document = copy.deepcopy(document)
    change(document["wash_sales"][0])
    assert check in failed(document, evidence)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_no_other_verdict_passes_and_no_notice_can_be_left_out(name: str) -> None:
    document, evidence = ACCOUNTS[name].made()
    (notice,) = document["wash_sales"]
    for verdict in {"yes", "possible", "cannot tell"} - {notice["verdict"]}:
        other = {**document, "wash_sales": [{**notice, "verdict": verdict}]}
        assert TOLD in failed(other, evidence)
        said = notice["sentence"].replace(f"sale: {notice['verdict']}.", f"sale: {verdict}.")
        if said != notice["sentence"]:
            other = {**document, "wash_sales": [{**notice, "sentence": said}]}
            assert TOLD in failed(other, evidence)
    for notices in ([], [notice, notice]):
        assert NOTICED in failed({**document, "wash_sales": notices}, evidence)


@pytest.mark.parametrize(
    ("cost", "noticed"), [("799.99", False), ("800.00", False), ("800.06", True), ("801", True)]
)
def test_a_sale_needs_a_notice_from_a_cent_of_loss_on(cost: str, noticed: bool) -> None:
    """Nine of the 80 at 10 are sold: where all cost 800.06, at a loss of a cent."""
    account = Account(stock_rows([("80", cost, "20250101")]), "possible")
    document, evidence = account.made()
    assert bool(document["wash_sales"]) == noticed and not failed(document, evidence)
    (notice,) = ACCOUNTS["nothing bought"].made()[0]["wash_sales"]
    other = {**document, "wash_sales": [] if noticed else [notice]}
    assert NOTICED in failed(other, evidence)


def test_only_the_methods_that_take_a_losing_lot_are_told() -> None:
    rows = stock_rows([("40", "200", "20250101"), ("40", "600", "20260301")])
    document, evidence = Account(rows, "possible").made()
    (notice,) = document["wash_sales"]
    assert not failed(document, evidence)
    for told in (notice["loss_by"][:-1], ["FIFO", *notice["loss_by"]], []):
        other = {**document, "wash_sales": [{**notice, "loss_by": told}]}
        assert NOTICED in failed(other, evidence)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in CHANGES]
    for check, _ in CHECKS:
        assert names.count(check.name) >= 2, check.name
