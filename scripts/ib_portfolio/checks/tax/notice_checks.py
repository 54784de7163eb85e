"""Checks of wash-sale notices: which there are, and what each says, from the raw input again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import Case, Check, Problems
from ..evidence import Holding
from .notices_again import Losses, days_around, losses_of, notices_again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart


_SAID = ("verdict", "covered_from", "sentence")


def losses_noticed(case: Case) -> Problems:
    """There is a notice of each sale that loses by a rule, or of which nothing tells the gain.

    It names the rules by which it loses, and no others.
    """
    notices = {row["priority"]: row for row in case.document["wash_sales"]}
    told = [row["priority"] for row in case.document["wash_sales"]]
    if told != sorted(set(told)):
        yield "the notices of wash sales are not in the order of the sales"
    for place, trade, holding, losses in _sales(case):
        notice = notices.pop(place, None)
        if notice is None:
            if losses.is_noticed:
                yield f"{trade['symbol']} has no notice of a wash sale"
        elif not losses.allow(notice["loss_by"]):
            rules = ", ".join(losses.certain) or "no rule"
            yield f"{trade['symbol']} loses by {rules}, not {notice['loss_by']}"
        elif not (losses.is_noticed or notice["loss_by"]):
            yield f"{trade['symbol']} needs no notice of a wash sale"
        if notice and notice["symbol"] != plain(holding.symbol):
            yield f"the notice of {notice['symbol']} is not about trade {place}"
    for notice in notices.values():
        yield f"the notice of {notice['symbol']} is of no sale"


def purchases_in_notices(case: Case) -> Problems:
    """Each notice names what was bought of its security within 30 days of the prices, by day.

    A notice that cannot tell names nothing. All say from when on it may be bought again.
    """
    for notice, wanted in _told_beside(case):
        day = case.evidence.day
        free = day and days_around(day).free
        if free not in notice["sentence"]:
            yield f"{notice['symbol']} may be bought again from {free} on, which is not said"
        if _bought(notice) not in [_bought(one) for one in wanted]:
            yield f"of {notice['symbol']} {_shown(wanted[0])} was bought, not {_shown(notice)}"


def notices_told(case: Case) -> Problems:
    """Each verdict follows from the raw rows, and the sentence says it with its days and figures.

    So does the first day that the statement tells of.
    """
    for notice, wanted in _told_beside(case):
        claims = [[row[field] for field in _SAID] for row in (notice, *wanted)]
        if claims[0] not in claims[1:]:
            verdict, covered, sentence = claims[1]
            yield f"{notice['symbol']}: {verdict}, told from {covered or 'no day'} on: {sentence}"


def _sales(case: Case) -> Iterator[tuple[int, DocumentPart, Holding, Losses]]:
    """Each sale of a holding: its number, its trade, and by which rules it loses."""
    for place, (trade, holding) in enumerate(case.pairs, 1):
        if holding is not None and trade["action"] == "SELL":
            yield place, trade, holding, losses_of(case, trade, holding)


def _told_beside(case: Case) -> Iterator[tuple[DocumentPart, list[DocumentPart]]]:
    """Each notice of a sale beside what it may hold, where it loses by the rules that it names."""
    pairs = dict(enumerate(case.pairs, 1))
    for notice in case.document["wash_sales"]:
        trade, holding = pairs.get(notice["priority"], (notice, None))
        if holding is not None and trade["action"] == "SELL":
            yield notice, list(notices_again(case, trade, holding, notice["loss_by"]))


def _bought(notice: DocumentPart) -> list[tuple[str, Decimal]]:
    return [(row["date"], Decimal(row["quantity"])) for row in notice["purchases"]]


def _shown(notice: DocumentPart) -> str:
    return ", ".join(f"{size} on {day}" for day, size in _bought(notice)) or "nothing"


_LOTS = ("lots", "tax-rate")
CHECKS = (
    (Check("losses noticed", losses_noticed), _LOTS),
    (Check("purchases near losses", purchases_in_notices), _LOTS),
    (Check("notices of wash sales", notices_told), _LOTS),
)
