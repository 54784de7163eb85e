"""Checks of a household's losses and actions: whose, in which order, at what cost, who buys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from ...core.plain_text import plain
from ..evidence import Holding
from ..market.cost_rules import fee_again
from .household_evidence import CENT, ZERO, HouseholdCase, MemberEvidence, Problems

_LIMIT = Decimal(10)  # percent of one company
_SHARE = Decimal("0.00006")  # half of the last digit of a share of cost, and a little


def losses(case: HouseholdCase) -> Problems:
    """The losses are those of the taxable accounts, ordered, each with what its sale costs."""
    if not case.adds_up:
        return
    rows = case.household["losses"]
    yield from _same_rows(case, "losses", ("symbol", "total", "free_from", "short", "long"))
    retired = {one.name for one in case.members if one.rows.retired}
    by_name = {one.name: one for one in case.members}
    groups: list[tuple[str, list[dict]]] = []
    for row in rows:
        if row["account"] in retired:
            yield f"{row['account']}: a loss of a retirement account"
        holding = _holding(by_name[row["account"]], row["symbol"])
        if holding is None:
            yield f"{row['account']} does not hold {row['symbol']}"
            continue
        cost = _sale_cost(by_name[row["account"]], holding, row["quantity"])
        if abs(Decimal(row["cost"]) - cost) > CENT:
            yield f"{row['symbol']} in {row['account']}: a cost of {row['cost']}, not {cost}"
        share = Decimal(row["cost"]) * 100 / -Decimal(row["total"])
        # The loss is told to the cent, of which a small one is a large part.
        most = _SHARE + share * CENT / 2 / -Decimal(row["total"])
        if abs(Decimal(row["cost_pct"]) - share) > most:
            yield f"{row['symbol']} in {row['account']}: {row['cost_pct']}%"
        key = holding.conid or f"{holding.symbol} {holding.currency}"
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


def _holding(one: MemberEvidence, symbol: str) -> Holding | None:
    """The holding with a symbol, of several the one with the largest loss."""
    own = [row for row in one.member.evidence.holdings if plain(row.symbol) == symbol]
    return min(own, key=lambda row: row.gain or ZERO, default=None)


def _sale_cost(one: MemberEvidence, holding: Holding, quantity: str | None) -> Decimal:
    count = holding.quantity if quantity is None else Decimal(quantity)
    amount = holding.value / holding.quantity * count
    evidence = one.member.evidence
    return fee_again(holding, count, amount, False, evidence).quantize(CENT, ROUND_HALF_UP)


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
    found = list(buyers_of(case, one, row["symbol"]))
    if row["bought_in"] != [other.name for other in found]:
        yield f"{row['symbol']} of {one.name} is bought in {[other.name for other in found]}"
    if row["lost_for_good"] != any(other.rows.retired for other in found):
        yield f"{row['symbol']} of {one.name}: what is lost for good is told wrongly"


def buyers_of(case: HouseholdCase, one: MemberEvidence, symbol: str) -> Iterator[MemberEvidence]:
    """The other accounts whose plans buy what an account holds under a symbol."""
    own = [raw.row for raw in one.rows.positions if plain(raw.symbol) == symbol]
    conids = {plain(row["conid"]) for row in own if row.get("conid")}
    for other in case.members:
        bought = [row for row in other.member.plan["trades"] if row["action"] == "BUY"]
        if other is not one and any(
            row["symbol"] == symbol or row["conid"] in conids for row in bought
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
    whole = Decimal(case.household["net_asset_value"])
    over = [
        (Decimal(row["value"]) - whole * _LIMIT / 100, row["accounts"], row["symbols"])
        for row in case.household["concentration"]["issuers"]
    ]
    over = [row for row in over if row[0] >= CENT / 2]
    if len(over) != len(rows):
        yield f"{len(over)} companies are over the limit, not {len(rows)}"
    for claim, (amount, accounts, symbols) in zip(rows, over):
        if abs(Decimal(claim["figure"]) - amount) > CENT or claim["accounts"] != accounts:
            yield f"{symbols}: {claim['figure']} in {claim['accounts']}, not {amount}"
        cost = _cheapest_part(case, symbols, amount)
        if cost is not None and abs(Decimal(claim["cost"]) - cost) > CENT:
            yield f"{symbols}: a cost of {claim['cost']}, not {cost}"


def _cheapest_part(case: HouseholdCase, symbols: list[str], amount: Decimal) -> Decimal | None:
    """What selling so much of the largest position costs; None where two are the largest."""
    held = [
        (row.value, one, row)
        for one in case.members
        for row in one.member.evidence.holdings
        if plain(row.symbol) in symbols and row.quantity > 0 and row.category != "OPT"
    ]
    held.sort(key=lambda row: -row[0])
    if len(held) > 1 and held[0][0] - held[1][0] < CENT:
        return None
    _, one, largest = held[0]
    count = min(amount / largest.value * largest.quantity, largest.quantity)
    return _sale_cost(one, largest, str(count))
