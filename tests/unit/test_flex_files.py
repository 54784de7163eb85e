"""Which files are Flex statements, and how much of them is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources import flex_xml
from ib_portfolio.sources.flex_xml import FlexStatement, read_flex, read_flex_content


def content(inner: str, root: str = "FlexQueryResponse") -> bytes:
    return f"<{root}>{inner}</{root}>".encode()


def statement(inner: str = "") -> bytes:
    return content(f'<FlexStatement accountId="U1">{inner}</FlexStatement>')


def read(body: bytes) -> FlexStatement:
    (found,) = read_flex_content(body, "named")
    return found


def refused(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        read_flex_content(body, "named")
    return refusal.value


ROW = '<ConversionRate rate="{}" unknown="x" />'


def test_known_fields_of_known_rows_are_kept_without_blanks_around_them() -> None:
    found = read(statement(f"<Rates>{ROW.format(' 1.1 ')}<Other rate='2' /></Rates>"))
    assert found == FlexStatement({"accountId": "U1"}, {"ConversionRate": [{"rate": "1.1"}]})
    assert found.of("ConversionRate") == [{"rate": "1.1"}] and found.of("Trade") == []


@pytest.mark.parametrize(("length", "kept"), [(299, 299), (300, 300), (301, 300), (5_000, 300)])
def test_a_value_is_kept_to_300_letters(length: int, kept: int) -> None:
    (row,) = read(statement(ROW.format("1" * length))).of("ConversionRate")
    assert row["rate"] == "1" * kept


@pytest.mark.parametrize(("depth", "is_read"), [(28, True), (29, False)])
def test_elements_are_nested_thirty_deep_at_most(depth: int, is_read: bool) -> None:
    body = statement("<a>" * depth + "</a>" * depth)
    if is_read:
        assert read(body).rows == {}
    else:
        assert refused(body).key == "file_too_deep"
    assert read(statement("<a></a>" * 99)).rows == {}


def test_rows_that_are_kept_are_counted_over_all_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flex_xml, "MOST_ROWS", 3)
    one = f'<FlexStatement accountId="U1"><Other />{ROW.format(1)}{ROW.format(2)}</FlexStatement>'
    other = f'<FlexStatement accountId="U2">{ROW.format(3)}</FlexStatement>'
    assert len(read_flex_content(content(one + other), "named")) == 2
    assert refused(content(one + one)).key == "file_too_many_rows"


def test_rows_outside_of_statements_are_no_one_s() -> None:
    found = read(content(f'{ROW.format(1)}<FlexStatement accountId="U1" />'))
    assert found.rows == {}


@pytest.mark.parametrize(
    "body",
    [
        content(""),
        content(ROW),
        content('<FlexStatement accountId="U1" />', "Other"),
        b'<FlexStatement accountId="U1" />',
    ],
)
def test_what_holds_no_statement_is_none(body: bytes) -> None:
    assert refused(body).key == "file_not_flex"


@pytest.mark.parametrize("body", [b"", b"x", b"<a>", statement()[:-1], statement() + b"<b />"])
def test_what_is_no_whole_xml_is_none(body: bytes) -> None:
    refusal = refused(body)
    assert refusal.key == "file_not_xml" and "named" in str(refusal)


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE a>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE a [<!ENTITY b "c">]>',
    ],
)
def test_document_types_are_refused(head: bytes) -> None:
    assert refused(head + statement()).key == "file_has_doctype"


def answer(code: str, text: str = "Please wait.") -> bytes:
    inner = f"<Status>Warn</Status><ErrorCode>{code}</ErrorCode><ErrorMessage>{text}</ErrorMessage>"
    return content(inner, "FlexStatementResponse")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("1009", "flex_error_wait"),
        ("1018", "flex_error_wait"),
        (" 1019 ", "flex_error_wait"),
        ("1015", "flex_error"),
        ("100", "flex_error"),
    ],
)
def test_ibkr_s_error_answer_is_told(code: str, key: str) -> None:
    refusal = refused(answer(code))
    assert refusal.key == key and code.strip() in str(refusal)
    assert "Please wait." in str(refusal) or key == "flex_error_wait"


def test_an_error_s_words_may_come_in_parts() -> None:
    said = str(refused(answer("1015", "Wait &amp; <!-- --> see<![CDATA[ what]]> comes.")))
    assert "1015 Wait &  see what comes." in said


def test_an_answer_that_tells_no_error_is_no_statement() -> None:
    for body in (answer(""), answer(" "), content("", "FlexStatementResponse")):
        assert refused(body).key == "flex_answer_not_statement"


@pytest.mark.parametrize("way", ["file", "content"])
def test_a_file_has_so_many_bytes_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    body, path = statement(), tmp_path / "statement.xml"
    path.write_bytes(body)
    monkeypatch.setattr(flex_xml, "LARGEST_FILE", len(body))
    assert len(read_flex(str(path)) if way == "file" else [read(body)]) == 1
    monkeypatch.setattr(flex_xml, "LARGEST_FILE", len(body) - 1)
    with pytest.raises(Refusal) as refusal:
        read_flex(str(path)) if way == "file" else read(body)
    assert refusal.value.key == "file_too_large"


class Growing:
    """A file that is longer when it is read than it was when it was looked at."""

    def __init__(self, body: bytes) -> None:
        self.left = [body]

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self, size: int) -> bytes:
        return self.left.pop() if self.left else b""


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_a_file_that_grows_is_read_to_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, is_read: bool
) -> None:
    body, path = statement(), tmp_path / "statement.xml"
    path.write_bytes(body)
    monkeypatch.setattr(flex_xml, "LARGEST_FILE", len(body))
    monkeypatch.setattr("builtins.open", lambda *_: Growing(body + b" " * more))
    if is_read:
        assert len(read_flex(str(path))) == 1
        return
    with pytest.raises(Refusal) as refusal:
        read_flex(str(path))
    assert refusal.value.key == "file_too_large"


def test_a_long_file_is_read_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(statement(ROW.format(1) + " " * 2_100_000 + ROW.format(2)))
    (found,) = read_flex(str(path))
    assert [row["rate"] for row in found.of("ConversionRate")] == ["1", "2"]


def refused_file(path: str) -> str:
    with pytest.raises(Refusal) as refusal:
        read_flex(path)
    return refusal.value.key


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refused_file(str(tmp_path / "none.xml")) == "file_missing"
    assert refused_file("a\0b") == "file_missing"
    assert refused_file(str(tmp_path)) == "file_missing"
    assert refused_file(str(pipe)) == "file_not_plain"
    assert refused_file(os.devnull) == "file_not_plain"
    link = tmp_path / "link.xml"
    link.symlink_to("/proc/self/status")
    assert refused_file(str(link)) == "file_not_plain"


def test_a_file_that_cannot_be_opened_is_refused_with_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "statement.xml"
    path.write_bytes(statement())

    def no(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", no)
    with pytest.raises(Refusal) as refusal:
        read_flex(str(path))
    assert refusal.value.key == "file_unreadable" and "Permission denied" in str(refusal.value)
