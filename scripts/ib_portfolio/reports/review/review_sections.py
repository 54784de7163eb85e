"""The review as sections of its report; every figure is one of its document."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.asset_classes import CLASS_LABELS
from ...core.format import (
    shown_drift,
    shown_money,
    shown_percent,
    shown_quantity,
)
from ...core.messages import say
from .income_sections import bonds_section, income_section
from .next_steps import review_steps
from .section_parts import (
    checks_section,
    cut,
    heading,
    is_part_of_household,
    points,
    warnings_section,
)
from .sections import Block, Figures, Section, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import SleeveShare
    from ...core.reviews.household_review_document import ConcentrationTogether, HouseholdReview
    from ...core.reviews.review_document import ConcentrationPart, ReviewDocument, ShareRow

_MOST = 10  # positions that are shown, since all of them are in the statement


def review_sections(document: ReviewDocument, most: int = 0) -> list[Section]:
    """The report's sections in their order; one that has nothing to say has no blocks.

    With `most` above 0 every list shows as many rows at most, and says how many are left.
    """
    return [
        heading(document, say("review_title")),
        _actions(document, most),
        drift_section(document),
        _concentration(document, most),
        costs_section(document),
        bonds_section(document, most),
        income_section(document, most),
        _lots(document, most),
        _currencies(document),
        Section(say("review_heading.notes"), points(document["notes"], 0)),
        warnings_section(document["warnings"], most),
        checks_section(document),
        Section("=== NEXT STEPS ===", tuple(review_steps(document))),
    ]


def _actions(document: ReviewDocument, most: int) -> Section:
    base = document["base_currency"]
    if not document["actions"]:
        return Section(say("review_heading.actions"), (say("review_no_actions"),))
    rows = tuple(
        (
            str(row["rank"]),
            row["sentence"],
            shown_money(row["figure"], base),
            shown_money(row["cost"], base),
        )
        for row in document["actions"]
    )
    header = ("#", "What", "About", "Cost")
    table = Table(header, cut(rows, most), right=(0, 2, 3), flexible=(1,))
    commands = [f"{row['rank']}: {row['command']}" for row in document["actions"]]
    return Section(
        say("review_heading.actions"),
        (table, say("review_actions_note"), *points(commands, most)),
    )


def drift_section(document: ReviewDocument | HouseholdReview) -> Section:
    """The classes beside the profile."""
    base = document["base_currency"]
    rows = tuple(
        (
            CLASS_LABELS.get(row.get("name", row["asset_class"]), row.get("name", "")),
            shown_money(row["current_value"], base),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            shown_drift(row["drift_pct"]),
        )
        for row in [*document["classes"], *symbol_rows(document)]
    )
    header = ("Asset Class", "Value", "Now", "Target", "Drift")
    kind = "drift_of_part" if is_part_of_household(document) else "drift"
    return Section(
        say(f"review_heading.{kind}", profile=document["profile"]),
        (Table(header, rows, right=(1, 2, 3, 4)),),
    )


def symbol_rows(document: ReviewDocument) -> list[SleeveShare]:
    """The symbols of an own target, which stand below the classes."""
    return [row for row in document.get("sleeves", []) if row["name"] not in CLASS_LABELS]


def _concentration(document: ReviewDocument, most: int) -> Section:
    part, base = document["concentration"], document["base_currency"]
    effective = part["effective_positions"]
    blocks: list[Block] = []
    if effective is not None:
        blocks.append(effective_sentence(part, base))
    most = most or _MOST
    blocks.append(_shares("Largest positions", part["largest"], base, most))
    companies = [row for row in part["issuers"] if len(row["symbols"]) > 1]
    if companies:
        blocks.append(_issuers(companies, base, most))
    blocks.append(_shares("Currency", part["currencies"], base, most))
    blocks.append(say("review_currency_note"))
    return Section(say("review_heading.concentration"), tuple(blocks))


def effective_sentence(part: ConcentrationPart | ConcentrationTogether, base: str) -> str:
    """How many positions, and as how many equal ones they count."""
    return say(
        "review_effective",
        count=part["positions"],
        value=shown_money(part["long_value"], base),
        effective=part["effective_positions"] or "0",
    )


def _shares(name: str, rows: Sequence[ShareRow], base: str, most: int) -> Table:
    cells = [
        (row["name"], shown_money(row["value"], base), shown_percent(row["share_pct"]))
        for row in rows
    ]
    return Table((name, "Value", "Share"), cut(cells, most), right=(1, 2), flexible=(0,))


def _issuers(rows: Sequence[ShareRow], base: str, most: int) -> Table:
    cells = tuple(
        (
            row["name"],
            ", ".join(row["symbols"]),
            shown_money(row["value"], base),
            shown_percent(row["share_pct"]),
        )
        for row in rows
    )
    header = ("Issuer of several", "Positions", "Value", "Share")
    return Table(header, cut(cells, most), right=(2, 3), flexible=(0, 1))


def costs_section(document: ReviewDocument | HouseholdReview) -> Section:
    """What trading, holding and owing has cost."""
    part, base = document["costs"], document["base_currency"]
    labels = (
        ("Turnover:", "turnover"),
        ("Commissions:", "commissions"),
        ("Taxes on trades:", "taxes"),
        ("Currency exchanges:", "exchange_commissions"),
        ("Fees:", "fees"),
        ("Interest paid:", "interest_paid"),
        ("Interest received:", "interest_received"),
        ("Interest, net:", "interest_net"),
        ("Cash over its target:", "cash_over_target"),
    )
    rows = [
        (label, say("not_told") if part[field] is None else shown_money(part[field], base))
        for label, field in labels
    ]
    blocks: list[Block] = []
    if part["from_date"] and part["to_date"]:
        blocks.append(say("review_period", first=part["from_date"], last=part["to_date"]))
    blocks.append(Figures(tuple(rows)))
    if part["basis_points"] is not None:
        blocks.append(say("review_basis_points", points=part["basis_points"]))
    return Section(say("review_heading.costs"), tuple(blocks))


def _lots(document: ReviewDocument, most: int) -> Section:
    base = document["base_currency"]
    blocks: list[Block] = []
    if document["losses"]:
        rows = tuple(
            (
                row["symbol"],
                "all" if row["quantity"] is None else shown_quantity(row["quantity"]),
                shown_money(row["short"], base),
                shown_money(row["long"], base),
                shown_money(row["total"], base),
                row["free_from"] if row["purchases_told"] else say("not_told"),
            )
            for row in document["losses"]
        )
        note = "review_losses_note_all" if document["other_accounts"] else "review_losses_note"
        header = ("Loss", "Units", "Short", "Long", "Together", "Free from")
        blocks.append(Table(header, cut(rows, most), right=(1, 2, 3, 4), flexible=(0,)))
        blocks.append(say(note))
    if document["long_term_soon"]:
        rows = tuple(
            (
                row["symbol"],
                shown_quantity(row["quantity"]),
                row["opened"],
                shown_money(row["gain"], base),
                row["day"],
            )
            for row in document["long_term_soon"]
        )
        header = ("Soon long-term", "Units", "Opened", "Gain", "Long-term from")
        blocks.append(Table(header, cut(rows, most), right=(1, 3), flexible=(0,)))
    return Section(say("review_heading.lots"), tuple(blocks))


def _currencies(document: ReviewDocument) -> Section:
    base = document["base_currency"]
    rows = tuple(
        (
            row["currency"],
            shown_money(row["amount"], row["currency"]),
            shown_money(row["value"], base),
            shown_money(row["cost"], base),
            say(f"review_cash.{kind}"),
        )
        for kind, part in (("owed", "debits"), ("idle", "idle_currencies"))
        for row in document[part]
    )
    header = ("Cash", "Amount", "Value", "Exchange costs", "Why")
    table = (Table(header, rows, right=(1, 2, 3)),) if rows else ()
    return Section(say("review_heading.currencies"), table)
