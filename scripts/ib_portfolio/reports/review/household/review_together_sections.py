"""The review of a household as sections: all accounts together, then each of them."""

from __future__ import annotations

from collections.abc import Sequence

from ....core.format import shown_money, shown_percent, shown_quantity
from ....core.messages import say
from ..income_sections import income_section, ladder_blocks, left_out
from ..next_steps import household_review_steps
from ..review_actions import short_list
from ..review_sections import costs_section, drift_section, effective_sentence, review_sections
from ..section_parts import checks_section, cut, points, warnings_section
from ..sections import Block, Section, Table
from .household_parts import accounts_section, household_heading, losses_table, of_account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ....core.reviews.household_review_document import (
        HeldShare,
        HouseholdReview,
        HouseholdReviewDocument,
    )

_MOST = 10  # positions that are shown, since all of them are in the statement


def household_review_sections(document: HouseholdReviewDocument, most: int = 0) -> list[Section]:
    """The household's sections, those of each account, and the next steps of all.

    With `most` above 0 the household's alone, every list with as many rows at most.
    """
    household = document["household"]
    title = say("household_review_title", count=len(household["members"]))
    sections = [
        household_heading(household, title),
        accounts_section(household, most),
        *(_together(household, most) if household["base_currency"] else ()),
        Section(say("review_heading.notes"), points(household["notes"], most)),
        warnings_section(household["warnings"], most),
        checks_section(household),
    ]
    steps = Section("=== NEXT STEPS ===", tuple(household_review_steps(household)))
    if most:
        return [*sections, Section("", (say("household_cut"),)), steps]
    for one in document["accounts"]:
        sections += of_account(one, review_sections(one), household["heading_notes"])
    return [*sections, steps]


def _together(household: HouseholdReview, most: int) -> list[Section]:
    return [
        _actions(household, most),
        drift_section(household),
        _concentration(household, most),
        costs_section(household),
        _bonds(household, most),
        income_section(household, most),
        _lots(household, most),
        _cash(household, most),
    ]


def _actions(household: HouseholdReview, most: int) -> Section:
    base = household["base_currency"] or ""
    heading = say("review_heading.actions")
    if not household["actions"]:
        return Section(heading, (say("review_no_actions"),))
    rows = tuple(
        (
            str(row["rank"]),
            short_list(row["accounts"]),
            row["sentence"],
            shown_money(row["figure"], base),
            shown_money(row["cost"], base),
        )
        for row in household["actions"]
    )
    header = ("#", "Account", "What", "About", "Cost")
    table = Table(header, cut(rows, most), right=(0, 3, 4), flexible=(1, 2))
    commands = [f"{row['rank']}: {row['command']}" for row in household["actions"]]
    return Section(heading, (table, say("review_actions_note"), *points(commands, most)))


def _concentration(household: HouseholdReview, most: int) -> Section:
    part, base = household["concentration"], household["base_currency"] or ""
    assert part is not None
    blocks: list[Block] = []
    if part["effective_positions"] is not None:
        blocks.append(effective_sentence(part, base))
    most = most or _MOST
    blocks.append(_held("Largest positions", part["largest"], base, most))
    companies = [row for row in part["issuers"] if len(row["symbols"]) > 1]
    if companies:
        blocks.append(_held("Issuer of several", companies, base, most))
    currencies = tuple(
        (row["name"], shown_money(row["value"], base), shown_percent(row["share_pct"]))
        for row in part["currencies"]
    )
    header = ("Currency", "Value", "Share")
    blocks.append(Table(header, cut(currencies, most), right=(1, 2), flexible=(0,)))
    blocks.append(say("review_currency_note"))
    return Section(say("review_heading.concentration"), tuple(blocks))


def _held(name: str, rows: Sequence[HeldShare], base: str, most: int) -> Table:
    cells = tuple(
        (
            row["name"],
            short_list(row["accounts"]),
            shown_money(row["value"], base),
            shown_percent(row["share_pct"]),
        )
        for row in rows
    )
    header = (name, "Accounts", "Value", "Share")
    return Table(header, cut(cells, most), right=(2, 3), flexible=(0, 1))


def _bonds(household: HouseholdReview, most: int) -> Section:
    part = household["bonds"]
    assert part is not None
    blocks = ladder_blocks(part, household["base_currency"] or "", most) if part["rows"] else []
    return Section(say("review_heading.bonds"), (*blocks, *left_out(part, most)))


def _lots(household: HouseholdReview, most: int) -> Section:
    base = household["base_currency"] or ""
    blocks: list[Block] = list(losses_table(household["losses"], base, most))
    if household["long_term_soon"]:
        rows = tuple(
            (
                row["symbol"],
                row["account"],
                shown_quantity(row["quantity"]),
                row["opened"],
                shown_money(row["gain"], base),
                row["day"],
            )
            for row in household["long_term_soon"]
        )
        header = ("Soon long-term", "Account", "Units", "Opened", "Gain", "Long from")
        blocks.append(Table(header, cut(rows, most), right=(2, 4), flexible=(0,)))
    return Section(say("review_heading.lots"), tuple(blocks))


def _cash(household: HouseholdReview, most: int) -> Section:
    base = household["base_currency"] or ""
    rows = tuple(
        (
            row["account"],
            shown_money(row["amount"], row["currency"]),
            shown_money(row["value"], base),
            shown_money(row["cost"], base),
            say(f"review_cash.{kind}"),
        )
        for kind, part in (("owed", "debits"), ("idle", "idle_currencies"))
        for row in household[part]
    )
    header = ("Account", "Amount", "Value", "Exchange costs", "Why")
    table = (Table(header, cut(rows, most), right=(1, 2, 3)),) if rows else ()
    return Section(say("review_heading.currencies"), table)
