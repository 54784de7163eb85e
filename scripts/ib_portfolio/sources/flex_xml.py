"""Flex XML, read without trusting it: the rows we need of each FlexStatement, as text."""

from __future__ import annotations

import io
import os
import pyexpat as expat  # what xml.parsers.expat is, without its two packages
import stat

from ..core.messages import Refusal
from ..core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

Row = dict[str, str]
Fields = dict[str, tuple[str, ...]]

LARGEST_FILE = 100_000_000
DEEPEST = 30
MOST_ROWS = 500_000
_LONGEST_VALUE = 300
_CHUNK = 1 << 20
# Linux shows its own state there as files: some never end, some wait for ever.
_SYSTEM_FOLDERS = ("/proc/", "/sys/", "/dev/")

_TRADE = ("accountId", "symbol", "conid", "buySell", "quantity", "tradeDate", "levelOfDetail")

# The fields we read of each element; the rest of a statement is not kept.
FIELDS = {
    "AccountInformation": ("accountId", "currency", "accountType", "customerType"),
    "CashReportCurrency": ("accountId", "currency", "endingCash", "endingSettledCash"),
    "ConversionRate": ("accountId", "reportDate", "fromCurrency", "toCurrency", "rate"),
    "EquitySummaryByReportDateInBase": (
        "accountId",
        "reportDate",
        "currency",
        "cash",
        "stock",
        "bonds",
        "dividendAccruals",
        "interestAccruals",
        "brokerInterestAccrualsComponent",
        "fdicInsuredAccountInterestAccrualsComponent",
        "bondInterestAccrualsComponent",
        "liteSurchargeAccruals",
        "cgtWithholdingAccruals",
        "incentiveCouponAccruals",
        "eventContractInterestAccruals",
        "marginFinancingChargeAccruals",
        "softDollars",
        "total",
    ),
    "OpenPosition": (
        "accountId",
        "symbol",
        "description",
        "assetCategory",
        "currency",
        "fxRateToBase",
        "position",
        "markPrice",
        "positionValue",
        "costBasisMoney",
        "fifoPnlUnrealized",
        "multiplier",
        "conid",
        "cusip",
        "reportDate",
        "levelOfDetail",
        "openDateTime",
        "holdingPeriodDateTime",
        "accruedInt",
        "model",
        "subCategory",
        "isin",
        "listingExchange",
        "issuerCountryCode",
        "maturity",
        "coupon",
        "principalAdjustFactor",
        "strike",
        "expiry",
        "putCall",
        "underlyingConid",
        "underlyingSymbol",
    ),
    "Trade": _TRADE,
    "Order": _TRADE,
    # Only that they are there: what the section Trades tells depends on the levels chosen for it.
    "Trades": (),
    "AssetSummary": ("accountId",),
    "SymbolSummary": ("accountId",),
    "Lot": ("accountId",),
}
_STATEMENT_FIELDS = ("accountId", "fromDate", "toDate", "whenGenerated")
# Which of them are days.
_DAYS = {
    *("fromDate", "toDate", "whenGenerated", "reportDate", "tradeDate"),
    *("openDateTime", "holdingPeriodDateTime", "expiry", "maturity", "dateTime"),
}
DATE_FIELDS = {
    element: [name for name in names if name in _DAYS]
    for element, names in {**FIELDS, "FlexStatement": _STATEMENT_FIELDS}.items()
}
# Elements of which only reports on a period read more than that they are there.
_TRADE_DAYS = ["tradeDate", "dateTime", "openDateTime", "holdingPeriodDateTime"]
DATE_FIELDS.update(dict.fromkeys(("Trade", "Order", "Lot", "WashSale"), _TRADE_DAYS))
DATE_FIELDS["CashTransaction"] = ["dateTime", "settleDate", "reportDate"]


class FlexStatement(Record):
    """One FlexStatement element: an account over a period."""

    attributes: Row
    rows: dict[str, list[Row]]

    def of(self, element: str) -> list[Row]:
        """The rows of `element` in the file's order, [] when there are none."""
        return self.rows.get(element, [])


def read_flex(path: str, fields: Fields = FIELDS) -> list[FlexStatement]:
    """The FlexStatements of the file at `path`, in its order, with only `fields` by element.

    Refusal when the file is missing, a pipe, a device or one of the system's own, over 100 MB, not
    XML, nested over 30 deep, holds a DOCTYPE or entities (nothing of either is expanded), is IBKR's
    error answer, or is not a Flex statement.
    """
    size = _plain_file_size(path)
    if size > LARGEST_FILE:
        raise _too_large(path)
    reader = _Reader(path, fields)
    try:
        with open(path, "rb") as file:
            _feed(reader, file)
    except OSError as error:
        raise Refusal("file_unreadable", path=path, cause=error.strerror or "") from None
    return reader.finish()


def read_flex_content(content: bytes, name: str) -> list[FlexStatement]:
    """The same of `content` that is not in a file yet; refusals call it `name`."""
    if len(content) > LARGEST_FILE:
        raise _too_large(name)
    reader = _Reader(name, FIELDS)
    _feed(reader, io.BytesIO(content))
    return reader.finish()


def _plain_file_size(path: str) -> int:
    try:
        found = os.stat(path)
        inside = os.path.realpath(path)
    except (OSError, ValueError):
        raise Refusal("file_missing", path=path) from None
    if stat.S_ISDIR(found.st_mode):
        raise Refusal("file_missing", path=path)
    if not stat.S_ISREG(found.st_mode) or inside.startswith(_SYSTEM_FOLDERS):
        raise Refusal("file_not_plain", path=path)
    return found.st_size


def _feed(reader: _Reader, file: BinaryIO) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EntityDeclHandler = reader.doctype
    left = LARGEST_FILE
    try:
        while True:
            chunk = file.read(_CHUNK)
            left -= len(chunk)
            if left < 0:  # it grew while it was read
                raise _too_large(reader.path)
            parser.Parse(chunk, not chunk)
            if not chunk:
                return
    except (expat.ExpatError, ValueError, LookupError):
        raise Refusal("file_not_xml", path=reader.path) from None
    finally:
        # The parser and its handlers hold each other, and with them everything that was read.
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = None


def _too_large(path: str) -> Refusal:
    return Refusal("file_too_large", path=path, megabytes=LARGEST_FILE // 1_000_000)


class _Reader:
    """Collects rows while the parser walks through the file."""

    def __init__(self, path: str, fields: Fields) -> None:
        self.path = path
        self._fields = fields
        self.root = ""
        self.statements: list[FlexStatement] = []
        self.answer: Row = {}
        self._depth = 0
        self._rows = 0
        self._element = ""

    def start(self, name: str, attributes: Row) -> None:
        self._depth += 1
        self._element = name
        if self._depth > DEEPEST:
            raise Refusal("file_too_deep", path=self.path)
        if self._depth == 1:
            self.root = name
        elif name == "FlexStatement":
            self.statements.append(FlexStatement(_cut(attributes, _STATEMENT_FIELDS), {}))
        elif name in self._fields and self.statements:
            self._keep(name, attributes)

    def _keep(self, name: str, attributes: Row) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise Refusal("file_too_many_rows", path=self.path)
        row = _cut(attributes, self._fields[name])
        self.statements[-1].rows.setdefault(name, []).append(row)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._element = ""

    def text(self, text: str) -> None:
        if self.root == "FlexStatementResponse" and self._element:
            self.answer[self._element] = (self.answer.get(self._element, "") + text)[
                :_LONGEST_VALUE
            ]

    def doctype(self, *_: object) -> None:
        raise Refusal("file_has_doctype", path=self.path)

    def finish(self) -> list[FlexStatement]:
        if self.root == "FlexStatementResponse":
            raise _error_answer(self.answer)
        if self.root != "FlexQueryResponse" or not self.statements:
            raise Refusal("file_not_flex", path=self.path)
        return self.statements


def _cut(attributes: Row, names: tuple) -> Row:
    return {name: attributes[name].strip()[:_LONGEST_VALUE] for name in names if name in attributes}


def _error_answer(answer: Row) -> Refusal:
    """The refusal for IBKR's own answer document; 1009, 1018 and 1019 mean wait and fetch again."""
    code = answer.get("ErrorCode", "").strip()
    if not code:
        return Refusal("flex_answer_not_statement")
    # Only for an error: what IBKR says of a request might repeat its token.
    from ..core.private.redaction import redact

    key = "flex_error_wait" if code in ("1009", "1018", "1019") else "flex_error"
    return Refusal(key, code=redact(code), text=redact(answer.get("ErrorMessage", "").strip()))
