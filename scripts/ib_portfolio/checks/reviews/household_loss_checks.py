"""Checks of a household's losses and actions: whose, in which order, at what cost, who buys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from .household_evidence import (
    CENT,
    ZERO,
    HouseholdCase,
    MemberEvidence,
    Problems,
    company_of,
    contract_of,
    long_positions,
    sum_of,
)
from .lot_day_checks import position_of_loss
from .plan_part_checks import sale_cost
from .review_evidence import HALF_CENT, RawPosition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.household_review_document import AccountLoss


_LOSS_FIELDS = ("symbol", "total", "free_from", "short", "long", "unsplit", "quantity")
_LIMIT = Decimal(10)  # percent of one company
_SHARE = Decimal("0.00006")  # half of the last digit of a share, and a little


def losses(case: HouseholdCase) -> Problems:
    """The losses are those of the taxable accounts, ordered, each with what its sale costs."""
    if not case.adds_up:
        return
    yield from _same_rows(case, "losses", _LOSS_FIELDS)
    by_name = {one.name: one for one in case.members}
    groups: list[tuple[str, list[dict]]] = []
    for row in case.household["losses"]:
        one = by_name[row["account"]]
        raw = _position(one, row)
        if one.rows.retired or raw is None:
            yield f"{row['symbol']} is no loss of {row['account']}"
            continue
        cost = _sale_cost(one, raw, row["quantity"])
        if Decimal(row["cost"]) != cost:
            yield f"{row['symbol']} in {row['account']}: a cost of {row['cost']}, not {cost}"
        share = Decimal(row["cost"]) * 100 / -Decimal(row["total"])
        if abs(Decimal(row["cost_pct"]) - share) > _SHARE:
            yield f"{row['symbol']} in {row['account']}: {row['cost_pct']}%"
        key = contract_of(raw.row)
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        groups[-1][1].append(row)
    yield from _order(groups)


def _order(groups: list[tuple[str, list[dict]]]) -> Problems:
    if len({key for key, _ in groups}) < len(groups):
        yield "the losses on one security do not stand together"
    totals = [sum((Decimal(row["total"]) for row in rows), ZERO) for _, rows in groups]
    for earlier, later in zip(totals, totals[1:]):
        if earlier > later + CENT:
            yield f"a loss of {earlier} stands before one of {later}"
    for _, rows in groups:
        shares = [Decimal(row["cost_pct"]) for row in rows]
        if shares != sorted(shares):
            yield f"{rows[0]['symbol']}: not where it costs least first"
        if [row["cheapest"] for row in rows] != [True] + [False] * (len(rows) - 1):
            yield f"{rows[0]['symbol']}: the cheapest account is another"


def _position(one: MemberEvidence, row: AccountLoss) -> RawPosition | None:
    return position_of_loss(row, one.rows, one.member.plan["as_of"])


def _sale_cost(one: MemberEvidence, raw: RawPosition, quantity: str | None) -> Decimal:
    """What selling so much of a position, or all of it, costs by the table of fees."""
    count = None if quantity is None else Decimal(quantity)
    return sale_cost(one.member.evidence, raw, count)


def _same_rows(case: HouseholdCase, part: str, names: tuple[str, ...]) -> Problems:
    """Whether rows are those of all accounts' own documents, each under its account."""
    own = sorted(
        (one.name, *(str(row[name]) for name in names))
        for one, document in zip(case.members, case.accounts)
        for row in document[part]
    )
    claimed = sorted(
        (row["account"], *(str(row[name]) for name in names)) for row in case.household[part]
    )
    if claimed != own:
        yield f"{part} are not those of the accounts"


def buyers(case: HouseholdCase) -> Problems:
    """A loss names the other accounts whose checked plans buy the same, and whether one retires."""
    for one, document in zip(case.members, case.accounts):
        for row in document["losses"]:
            yield from _wrong_buyers(case, one, row)
    by_name = {one.name: one for one in case.members}
    for row in case.household["losses"]:
        yield from _wrong_buyers(case, by_name[row["account"]], row)


def _wrong_buyers(case: HouseholdCase, one: MemberEvidence, row: dict) -> Problems:
    raw = _position(one, row)
    found = list(buyers_of(case, one, raw)) if raw else []
    if row["bought_in"] != [other.name for other in found]:
        yield f"{row['symbol']} of {one.name} is bought in {[other.name for other in found]}"
    if row["lost_for_good"] != any(other.rows.retired for other in found):
        yield f"{row['symbol']} of {one.name}: what is lost for good is told wrongly"


def buyers_of(
    case: HouseholdCase, one: MemberEvidence, raw: RawPosition
) -> Iterator[MemberEvidence]:
    """The other accounts whose plans buy what an account holds."""
    symbol, conid = plain(raw.symbol), plain(raw.row.get("conid", ""))
    for other in case.members:
        bought = [row for row in other.member.plan["trades"] if row["action"] == "BUY"]
        if other is not one and any(
            row["symbol"] == symbol or (conid and row["conid"] == conid) for row in bought
        ):
            yield other


def soon_long_term(case: HouseholdCase) -> Problems:
    """The lots that are soon long-term are those of the accounts, the first day first."""
    if not case.adds_up:
        return
    yield from _same_rows(case, "long_term_soon", ("symbol", "day", "gain", "quantity", "opened"))
    days = [row["day"] for row in case.household["long_term_soon"]]
    if days != sorted(days):
        yield "the days are not in their order"


def actions(case: HouseholdCase) -> Problems:
    """The actions are those of the accounts, but for one company's limit, which is of the whole."""
    if not case.adds_up:
        return
    rows = case.household["actions"]
    if [row["rank"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the ranks are not 1, 2, 3 …"
    figures = [Decimal(row["figure"]) for row in rows]
    if figures != sorted(figures, reverse=True):
        yield "the largest figure is not first"
    names = ("kind", "figure", "cost", "sentence", "command")
    own = sorted(
        (one.name, *(row[name] for name in names))
        for one, document in zip(case.members, case.accounts)
        for row in document["actions"]
        if row["kind"] != "issuer"
    )
    claimed = sorted(
        (", ".join(row["accounts"]), *(row[name] for name in names))
        for row in rows
        if row["kind"] != "issuer"
    )
    if claimed != own:
        yield "the actions are not those of the accounts"
    yield from _companies(case, [row for row in rows if row["kind"] == "issuer"])


def _companies(case: HouseholdCase, rows: list[dict]) -> Problems:
    """One company is over the limit by its value in all accounts, and named with its holders."""
    most = Decimal(case.household["net_asset_value"]) * _LIMIT / 100
    groups: dict[str, list[tuple[MemberEvidence, RawPosition]]] = {}
    for one in case.members:
        for raw in long_positions(one):
            if company_of(raw):
                groups.setdefault(company_of(raw), []).append((one, raw))
    over = [(sum_of(raw.worth for _, raw in held) - most, held) for held in groups.values()]
    over = sorted((row for row in over if row[0] >= CENT / 2), key=lambda row: -row[0])
    if len(over) != len(rows):
        yield f"{len(over)} companies are over the limit, not {len(rows)}"
    for claim, (amount, held) in zip(rows, over):
        accounts = sorted({one.name for one, _ in held})
        if abs(Decimal(claim["figure"]) - amount) > HALF_CENT or claim["accounts"] != accounts:
            yield f"{claim['figure']} in {claim['accounts']}, not {amount} in {accounts}"
        held.sort(key=lambda row: -row[1].value)
        one, largest = held[0]
        alike = len(held) > 1 and largest.value - held[1][1].value < CENT
        count = min(amount / largest.value * largest.quantity, largest.quantity)
        cost = _sale_cost(one, largest, str(count))
        if not alike and Decimal(claim["cost"]) != cost:
            yield f"{plain(largest.symbol)}: a cost of {claim['cost']}, not {cost}"
