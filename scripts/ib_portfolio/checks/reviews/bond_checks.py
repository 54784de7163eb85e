"""Checks of a review's bonds: each priced again at its yield, by logarithms instead of powers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from .review_evidence import HALF_CENT, RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart
    from ...core.reviews.review_document import ReviewDocument


Problems = Iterator[str]
_ZERO = Decimal(0)
_DIGIT = Decimal("0.000051")  # half of the fourth decimal, and what a step of the yield leaves
OF_FACE = Decimal("1e-8")  # a price is told to ten decimals
_ONCE = ("EUR", "CHF", "SEK", "NOK", "DKK")


class _Flow(Record):
    years: Decimal  # from the day of the prices, in the bond's own count
    paid: Decimal  # of 100 of face
    day: datetime.date


class BondAgain(Record):
    """A bond computed again; yield in percent, money in base currency, not rounded."""

    claim: DocumentPart
    raw: RawPosition
    rate: Decimal
    duration: Decimal
    higher: Decimal
    lower: Decimal
    full_value: Decimal  # with accrued interest


def bond_figures(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """At its yield each bond has its price; its duration is how that price falls around it."""
    part = document["bonds"]
    rows = list(bonds_again(document, evidence))
    for own in rows:
        yield from _wrong_bond(own)
    values = sum((own.raw.worth for own in rows), _ZERO)
    if Decimal(part["value"]) != values:
        yield f"bonds: value {part['value']}, not {values}"
    for field in ("higher", "lower"):
        total = sum((getattr(own, field) for own in rows), _ZERO)
        near = HALF_CENT + sum((own.raw.quantity * own.raw.rate for own in rows), _ZERO) * OF_FACE
        if abs(total - Decimal(part[field])) > near:
            yield f"bonds: {field} {part[field]}, not {total}"
    yield from wrong_duration(part["duration"], rows)


def _wrong_bond(own: BondAgain) -> Problems:
    claim, raw = own.claim, own.raw
    name, often = claim["symbol"], _payments_a_year(raw)
    if Decimal(claim["value"]) != raw.worth or claim["per_year"] != often:
        yield f"{name}: {claim['value']} paid {claim['per_year']} times, not {raw.worth}, {often}"
    if raw.row.get("coupon") and Decimal(claim["coupon_pct"]) != Decimal(raw.row["coupon"]):
        yield f"{name}: a coupon of {claim['coupon_pct']}"
    worth = _price_of(raw)
    for field, found in (
        ("price_pct", worth),
        ("yield_pct", own.rate),
        ("duration", own.duration),
    ):
        if abs(found - Decimal(claim[field])) > _DIGIT:
            yield f"{name}: {field} {claim[field]}, not {found:.5f}"
    near = HALF_CENT + raw.quantity * raw.rate * OF_FACE
    for field, found in (("higher", own.higher), ("lower", own.lower)):
        if abs(found - Decimal(claim[field])) > near:
            yield f"{name}: {field} {claim[field]}, not {found:.3f}"


def bonds_again(document: ReviewDocument, evidence: ReviewEvidence) -> Iterator[BondAgain]:
    """Each bond of a document computed again, from the yield that it tells on."""
    for claim, raw in bond_pairs(document, evidence):
        flows, accrued = flows_of(claim, raw, document["as_of"])
        often, step = _payments_a_year(raw), Decimal("0.001")
        wanted, rate = _price_of(raw) + accrued, Decimal(claim["yield_pct"])
        slope = (_price(flows, rate + step, often) - _price(flows, rate - step, often)) / (2 * step)
        for _ in range(3):  # from four digits of the yield on: each step has twice as many
            rate -= (_price(flows, rate, often) - wanted) / slope
        whole = _price(flows, rate, often)
        fall = (_price(flows, rate - step, often) - _price(flows, rate + step, often)) / (2 * step)
        face = raw.quantity * raw.rate / 100
        yield BondAgain(
            claim=claim,
            raw=raw,
            rate=rate,
            duration=fall / whole * 100,
            higher=(_price(flows, rate + 1, often) - wanted) * face,
            lower=(_price(flows, rate - 1, often) - wanted) * face,
            full_value=raw.worth + accrued * face,
        )


def _price_of(raw: RawPosition) -> Decimal:
    """The clean price in percent of face."""
    return raw.value / raw.rate / raw.quantity * 100


def _payments_a_year(raw: RawPosition) -> int:
    return 1 if raw.row["currency"] in _ONCE else 2


def wrong_duration(claimed: str | None, rows: Iterable[BondAgain]) -> Problems:
    """Whether a duration is not that of all bonds, each by its value with accrued interest."""
    pairs = [(own.duration, own.full_value) for own in rows]
    whole = sum((value for _, value in pairs), _ZERO)
    if not whole:
        if claimed is not None:
            yield f"a duration of {claimed} of no bonds"
        return
    weighted = sum((years * value for years, value in pairs), _ZERO) / whole
    if claimed is None or abs(Decimal(claimed) - weighted) > _DIGIT:
        yield f"a duration of {claimed}, not {weighted:.5f}"


def bond_ladder(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """Every bond held is computed, named or due; the years sum up what matures in them."""
    part = document["bonds"]
    held = sorted(
        plain(row.symbol)
        for row in evidence.positions
        if row.category in ("BOND", "BILL") and row.quantity > 0
    )
    named = [row["symbol"] for row in (*part["rows"], *part["not_computed"])]
    if sorted([*named, *part["matured"]]) != held:
        yield f"the bonds are {', '.join(held)}"
    years: dict[int, list[Decimal]] = {}
    for claim, raw in bond_pairs(document, evidence):
        sums = years.setdefault(int(claim["maturity"][:4]), [_ZERO, _ZERO, _ZERO])
        sums[0] += 1
        sums[1] += raw.worth
        sums[2] += raw.quantity * raw.rate
    claims = {
        row["year"]: [Decimal(row["bonds"]), Decimal(row["value"]), Decimal(row["redemption"])]
        for row in part["ladder"]
    }
    if set(claims) != set(years):
        yield f"the ladder's years are {sorted(years)}"
    for year in set(claims) & set(years):
        for claim, found in zip(claims[year], years[year]):
            if abs(claim - found) > HALF_CENT:
                yield f"{year}: {claim}, not {found}"


def coupons(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """The coupons of a year are as many as fall into it, of the face that is held."""
    part = document["income"]
    found = list(coupons_again(document, evidence))
    claims = sorted((row["symbol"], Decimal(row["amount"])) for row in part["coupons"])
    if [name for name, _ in claims] != [name for name, _ in sorted(found)]:
        yield f"coupons are of {', '.join(name for name, _ in sorted(found))}"
    for (name, claim), (_, own) in zip(claims, sorted(found)):
        if abs(claim - own) > HALF_CENT:
            yield f"{name}: coupons of {claim}, not {own:.3f}"
    total = sum((amount for _, amount in found), _ZERO)
    if abs(Decimal(part["coupon_total"]) - total) > HALF_CENT:
        yield f"coupons of {part['coupon_total']}, not {total:.3f}"


def coupons_again(
    document: ReviewDocument, evidence: ReviewEvidence
) -> Iterator[tuple[str, Decimal]]:
    """The symbol of each bond that pays, and its coupons until the day the document names."""
    for claim, raw in bond_pairs(document, evidence):
        flows, _ = flows_of(claim, raw, document["as_of"])
        count = sum(flow.day.isoformat() <= document["income"]["until"] for flow in flows)
        rate = Decimal(claim["coupon_pct"]) / 100 / _payments_a_year(raw)
        if rate and count:
            yield claim["symbol"], raw.quantity * raw.rate * rate * count


def bond_pairs(
    document: ReviewDocument, evidence: ReviewEvidence
) -> Iterator[tuple[DocumentPart, RawPosition]]:
    """Each bond of the document with the raw position that it is of, by symbol and face."""
    left = [row for row in evidence.positions if row.category in ("BOND", "BILL")]
    for claim in document["bonds"]["rows"]:
        value, face = Decimal(claim["value"]), Decimal(claim["face"])
        own = [raw for raw in left if plain(raw.symbol) == claim["symbol"]]
        own = [raw for raw in own if raw.quantity == face]
        if not own:
            raise LookupError(claim["symbol"])  # a fault: the document has what is not held
        nearest = min(own, key=lambda raw, value=value: abs(raw.worth - value))
        left.remove(nearest)
        yield claim, nearest


def flows_of(claim: DocumentPart, raw: RawPosition, as_of: str) -> tuple[list[_Flow], Decimal]:
    """The payments after a day, and what of the next coupon has accrued on it."""
    kind, cusip = raw.row.get("subCategory", "").upper(), raw.row.get("cusip", "")
    often = _payments_a_year(raw)
    government = raw.category == "BILL" or kind == "GOVT" or cusip[:3] == "912"
    actual = government or raw.row["currency"] != "USD"
    today = datetime.date.fromisoformat(as_of)
    end = datetime.date.fromisoformat(claim["maturity"])
    at_month_end = actual and (end + datetime.timedelta(days=1)).day == 1
    days = [end]
    while days[0] > today:
        days.insert(0, _earlier(end, 12 // often * len(days), at_month_end))
    before, after = days[0], days[1]
    left = _share_left(before, today, after, actual, often)
    coupon = Decimal(raw.row.get("coupon") or claim["coupon_pct"]) / often
    flows = [
        _Flow((left + place) / often, coupon + (100 if day == end else 0), day)
        for place, day in enumerate(days[1:])
    ]
    return flows, coupon * (1 - left)


def _earlier(end: datetime.date, months: int, at_month_end: bool) -> datetime.date:
    year, month = end.year, end.month - months
    while month < 1:
        year, month = year - 1, month + 12
    first_of_next = datetime.date(year + month // 12, month % 12 + 1, 1)
    last = (first_of_next - datetime.timedelta(days=1)).day
    return datetime.date(year, month, last if at_month_end or end.day > last else end.day)


def _share_left(
    before: datetime.date, today: datetime.date, after: datetime.date, actual: bool, often: int
) -> Decimal:
    if actual:
        return Decimal((after - today).days) / Decimal((after - before).days)
    first = 30 if before.day > 30 else before.day
    last = 30 if today.day == 31 and first == 30 else today.day
    months = (today.year - before.year) * 12 + today.month - before.month
    days = 360 // often - (months * 30 + last - first)
    return Decimal(max(days, 1)) * often / 360


def _price(flows: list[_Flow], percent: Decimal, often: int) -> Decimal:
    """What the flows are worth at a yield: discounted simply where only one is left."""
    if len(flows) == 1:
        return flows[0].paid / (1 + flows[0].years * percent / 100)
    log = (1 + percent / 100 / often).ln()
    discount, step = (-log * often * flows[0].years).exp(), (-log).exp()
    worth = _ZERO
    for flow in flows:
        worth += flow.paid * discount
        discount *= step
    return worth
