"""Checks of a review's bonds: each priced again at its yield, by logarithms instead of powers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from .review_evidence import RawPosition, ReviewEvidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart
    from ...core.reviews.review_document import ReviewDocument


Problems = Iterator[str]
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_ONCE = ("EUR", "CHF", "SEK", "NOK", "DKK")


class _Flow(Record):
    years: Decimal  # from the day of the prices, in the bond's own count
    paid: Decimal  # of 100 of face
    day: datetime.date


def bond_figures(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """At its yield each bond has its price; its duration is how that price falls around it."""
    part = document["bonds"]
    for claim, raw in bond_pairs(document, evidence):
        flows, accrued = flows_of(claim, raw, document["as_of"])
        rate = Decimal(claim["yield_pct"])
        worth = raw.value / raw.rate / raw.quantity * 100
        if abs(worth - Decimal(claim["price_pct"])) > Decimal("0.00006"):
            yield f"{claim['symbol']}: a price of {claim['price_pct']}, not {worth:.4f}"
        whole = _price(flows, rate, claim["per_year"])
        tolerance = Decimal("0.0002") * (Decimal(claim["duration"]) + 1) * whole / 100
        if abs(whole - accrued - worth) > tolerance:
            yield f"{claim['symbol']}: at {rate}% a price of {whole - accrued:.4f}"
        step = Decimal("0.001")
        fall = _price(flows, rate - step, claim["per_year"])
        fall = (fall - _price(flows, rate + step, claim["per_year"])) / (2 * step) / whole * 100
        if abs(fall - Decimal(claim["duration"])) > Decimal("0.0002") * (1 + fall):
            yield f"{claim['symbol']}: a duration of {claim['duration']}, not {fall:.4f}"
        face = raw.quantity * raw.rate / 100
        for field, points in (("higher", 1), ("lower", -1)):
            moved = (_price(flows, rate + points, claim["per_year"]) - whole) * face
            if abs(moved - Decimal(claim[field])) > _CENT + abs(moved) / 5_000 + face / 10_000:
                yield f"{claim['symbol']}: {field} {claim[field]}, not {moved:.2f}"
    for field in ("value", "higher", "lower"):
        total = sum((Decimal(row[field]) for row in part["rows"]), _ZERO)
        if abs(total - Decimal(part[field])) > _CENT * (len(part["rows"]) + 1):
            yield f"bonds: {field} {part[field]}, not {total}"
    yield from _weighted_duration(document, evidence)


def _weighted_duration(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    yield from wrong_duration(document["bonds"]["duration"], duration_parts(document, evidence))


def wrong_duration(claimed: str | None, parts: Iterable[tuple[Decimal, Decimal]]) -> Problems:
    """Whether a duration is not that of `parts`, the duration and the value of each bond."""
    rows = list(parts)
    whole = sum((value for _, value in rows), _ZERO)
    weighted = sum((years * value for years, value in rows), _ZERO)
    # The value that weighs is one in cents, of which a small bond has few.
    longest = max((years for years, _ in rows), default=_ZERO)
    most = Decimal("0.0002") * whole + _CENT / 2 * len(rows) * longest
    if whole >= _CENT and abs(Decimal(claimed or 0) * whole - weighted) > most:
        yield f"a duration of {claimed}, not {weighted / whole:.4f}"


def duration_parts(
    document: ReviewDocument, evidence: ReviewEvidence
) -> Iterator[tuple[Decimal, Decimal]]:
    """The duration of each bond, and its value with accrued interest."""
    for claim, raw in bond_pairs(document, evidence):
        _, accrued = flows_of(claim, raw, document["as_of"])
        value = raw.value + accrued * raw.quantity * raw.rate / 100
        yield Decimal(claim["duration"]), value


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
        sums[1] += raw.value
        sums[2] += raw.quantity * raw.rate
    claims = {
        row["year"]: [Decimal(row["bonds"]), Decimal(row["value"]), Decimal(row["redemption"])]
        for row in part["ladder"]
    }
    if set(claims) != set(years):
        yield f"the ladder's years are {sorted(years)}"
    for year in set(claims) & set(years):
        for claim, found in zip(claims[year], years[year]):
            if abs(claim - found) > _CENT * (len(held) + 1):
                yield f"{year}: {claim}, not {found}"


def coupons(document: ReviewDocument, evidence: ReviewEvidence) -> Problems:
    """The coupons of a year are as many as fall into it, of the face that is held."""
    part = document["income"]
    found = coupons_again(document, evidence)
    claims: dict[str, Decimal] = {}
    for row in part["coupons"]:
        claims[row["symbol"]] = claims.get(row["symbol"], _ZERO) + Decimal(row["amount"])
    for name in set(found) | set(claims):
        if abs(found.get(name, _ZERO) - claims.get(name, _ZERO)) > 2 * _CENT:
            yield f"{name}: coupons of {claims.get(name)}, not {found.get(name)}"
    if abs(Decimal(part["coupon_total"]) - sum(found.values(), _ZERO)) > _CENT * (len(found) + 1):
        yield f"coupons of {part['coupon_total']}"


def coupons_again(document: ReviewDocument, evidence: ReviewEvidence) -> dict[str, Decimal]:
    """The coupons of each bond until the day that the document names, by symbol."""
    found: dict[str, Decimal] = {}
    for claim, raw in bond_pairs(document, evidence):
        flows, _ = flows_of(claim, raw, document["as_of"])
        count = sum(flow.day.isoformat() <= document["income"]["until"] for flow in flows)
        rate = Decimal(claim["coupon_pct"]) / 100 / claim["per_year"]
        if rate and count:
            amount = raw.quantity * raw.rate * rate * count
            found[claim["symbol"]] = found.get(claim["symbol"], _ZERO) + amount
    return found


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
        nearest = min(own, key=lambda raw, value=value: abs(raw.value - value))
        left.remove(nearest)
        yield claim, nearest


def flows_of(claim: DocumentPart, raw: RawPosition, as_of: str) -> tuple[list[_Flow], Decimal]:
    """The payments after a day, and what of the next coupon has accrued on it."""
    kind, cusip = raw.row.get("subCategory", "").upper(), raw.row.get("cusip", "")
    often = 1 if raw.row["currency"] in _ONCE else 2
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
    log = (1 + percent / 100 / often).ln() * often
    return sum((flow.paid * (-log * flow.years).exp() for flow in flows), _ZERO)
