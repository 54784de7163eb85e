"""The sections on bonds and income of a review's report."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.format import shown_hundredths, shown_money
from ...core.messages import say
from .section_parts import cut, points
from .sections import Block, Points, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.household_review_document import HouseholdReview
    from ...core.reviews.review_document import BondsPart, ReviewDocument


def bonds_section(document: ReviewDocument, most: int) -> Section:
    """Each bond, the years in which they mature, what moves of the yield do."""
    part, base = document["bonds"], document["base_currency"]
    blocks: list[Block] = []
    if part["rows"]:
        rows = tuple(
            (
                row["symbol"],
                shown_money(row["value"], base),
                f"{shown_hundredths(row['yield_pct'])}%",
                shown_hundredths(row["duration"]),
                shown_money(row["higher"], base),
                shown_money(row["lower"], base),
            )
            for row in part["rows"]
        )
        header = ("Bond", "Value", "Yield", "Duration", "+1 point", "-1 point")
        blocks.append(Table(header, cut(rows, most), right=(1, 2, 3, 4, 5), flexible=(0,)))
        blocks += ladder_blocks(part, base, most)
    return Section(say("review_heading.bonds"), (*blocks, *left_out(part, most)))


def ladder_blocks(part: BondsPart, base: str, most: int) -> list[Block]:
    """The years in which the bonds mature, and what moves of the yield do to them together."""
    years = tuple(
        (
            str(row["year"]),
            str(row["bonds"]),
            shown_money(row["value"], base),
            shown_money(row["redemption"], base),
        )
        for row in part["ladder"]
    )
    header = ("Matures in", "Bonds", "Value", "Pays back")
    return [
        Table(header, cut(years, most), (0, 1, 2, 3)),
        say(
            "review_bonds",
            duration=shown_hundredths(part["duration"] or "0"),
            higher=shown_money(part["higher"], base),
            lower=shown_money(part["lower"], base),
        ),
        say("review_bonds_note"),
    ]


def left_out(part: BondsPart, most: int) -> tuple[Points, ...]:
    """The bonds of which nothing is computed, each with the reason."""
    left = tuple(
        say("review_bond_unclear", symbol=row["symbol"], reason=row["reason"])
        for row in part["not_computed"]
    )
    left += tuple(say("review_bond_matured", symbol=symbol) for symbol in part["matured"])
    return points(tuple(dict.fromkeys(left)), most)


def income_section(document: ReviewDocument | HouseholdReview, most: int) -> Section:
    """The coupons to come, and the dividends that were."""
    part, base = document["income"], document["base_currency"]
    blocks: list[Block] = []
    if part["coupons"]:
        rows = tuple((row["symbol"], shown_money(row["amount"], base)) for row in part["coupons"])
        total = ("Together", shown_money(part["coupon_total"], base))
        blocks.append(say("review_coupons", until=part["until"]))
        blocks.append(_amounts("Coupons", rows, total, most))
    if part["dividends"] is not None and part["dividend_total"] is not None:
        rows = tuple((row["symbol"], shown_money(row["amount"], base)) for row in part["dividends"])
        total = ("Together", shown_money(part["dividend_total"], base))
        blocks.append(say("review_dividends", since=part["since"], last=document["as_of"]))
        blocks.append(_amounts("Dividends", rows, total, most))
        blocks.append(say("review_withheld", amount=shown_money(part["withheld"] or "0", base)))
        if part["told_from"]:
            blocks.append(say("review_told_from", day=part["told_from"]))
    elif part["stated_dividends"] is not None:
        amount = shown_money(part["stated_dividends"], base)
        blocks.append(say("review_stated_dividends", amount=amount))
    return Section(say("review_heading.income"), tuple(blocks))


def _amounts(
    name: str, rows: Sequence[tuple[str, ...]], total: tuple[str, ...], most: int
) -> Table:
    return Table((name, "Amount"), (*cut(rows, most), total), right=(1,), flexible=(0,))
