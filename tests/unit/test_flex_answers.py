"""The Flex Web Service's answers: where a reference ends, which code is one, how long texts are."""

from __future__ import annotations

from typing import Any

import pytest
from flex_stand_in import GET, HOSTS, accepted

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.flex_web_service.answers import (
    Reference,
    Trouble,
    read_answer,
    refusal_of,
)

URL = f"https://{HOSTS[1]}{GET}"


def answer(*elements: str) -> bytes:
    return f"<FlexStatementResponse>{''.join(elements)}</FlexStatementResponse>".encode()


def fetched(**texts: str) -> bytes:
    found = {"Status": "Success", "ReferenceCode": "12", "Url": URL, **texts}
    return answer(*(f"<{name}>{text}</{name}>" for name, text in found.items()))


def refused(body: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        read_answer(body)
    return refusal.value.key


def test_a_reference_has_its_code_and_where_it_can_be_had() -> None:
    assert read_answer(accepted().body) == Reference("4410882913", HOSTS[1], GET)
    assert read_answer(fetched(ReferenceCode=" 12\n", Url=f"\n {URL} ")) == Reference(
        "12", HOSTS[1], GET
    )


@pytest.mark.parametrize(
    "url",
    [
        f"HTTPS://{HOSTS[0].upper()}/x",
        f"https://{HOSTS[0]}:443/x",
    ],
)
def test_an_address_may_be_in_capitals_and_name_the_usual_port(url: str) -> None:
    assert read_answer(fetched(Url=url)) == Reference("12", HOSTS[0], "/x")


def test_a_reference_has_40_letters_and_digits_at_most() -> None:
    longest = "a1" * 20
    assert read_answer(fetched(ReferenceCode=longest)) == Reference(longest, HOSTS[1], GET)
    for other in (f"{longest}b", "1-2", "1 2", ""):
        assert refused(fetched(ReferenceCode=other)) == "flex_unclear"


@pytest.mark.parametrize("status", ["Fail", "fail", " FAIL "])
def test_what_failed_without_a_code_is_no_reference(status: str) -> None:
    assert refused(fetched(Status=status)) == "flex_unclear"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("1", "1"),
        ("12345", "12345"),
        ("123456", "?"),
        ("10a9", "?"),
        ("１０", "?"),
        (" 1009 ", "1009"),
    ],
)
def test_a_code_is_of_five_digits_at_most(code: str, known: str) -> None:
    found = read_answer(answer(f"<ErrorCode>{code}</ErrorCode>", _message("Words.")))
    assert found == Trouble(known, "Words.")


def test_a_code_goes_before_a_reference() -> None:
    found = read_answer(fetched(ErrorCode="1009", ErrorMessage=" Busy. "))
    assert found == Trouble("1009", "Busy.")


def test_each_known_code_has_its_sentence_and_others_tell_theirs() -> None:
    assert refusal_of(Trouble("1009", "x")).key == "flex_service.1009"
    assert refusal_of(Trouble("1003", "x")).key == "flex_service.1003"
    other = refusal_of(Trouble("1002", "Not that."))
    assert other.key == "flex_service_other" and "1002" in str(other) and "Not that." in str(other)


def test_texts_are_kept_to_500_letters() -> None:
    for count in (499, 500, 501, 900):
        found = read_answer(answer("<ErrorCode>7</ErrorCode>", _message("x" * count)))
        assert found == Trouble("7", "x" * min(count, 500))
    long = _message("x" * 300 + "<![CDATA[" + "y" * 300 + "]]>")
    found = read_answer(answer("<ErrorCode>7</ErrorCode>", long))
    assert found == Trouble("7", "x" * 300 + "y" * 200)


def _message(text: str) -> str:
    return f"<ErrorMessage>{text}</ErrorMessage>"


def test_only_the_elements_of_the_answer_itself_are_read() -> None:
    inner = "<More><ErrorCode>1</ErrorCode></More>"
    assert read_answer(fetched(ErrorMessage=inner)) == Reference("12", HOSTS[1], GET)
    reference = f"text<ReferenceCode>12</ReferenceCode>more<Url>{URL}</Url>"
    assert read_answer(answer(reference)) == Reference("12", HOSTS[1], GET)
    assert refused(b"<Other><ErrorCode>1</ErrorCode></Other>") == "flex_unclear"
    assert refused(answer("<FlexQueryResponse />")) == "flex_unclear"


def test_an_answer_has_100_000_bytes_at_most() -> None:
    body = fetched()
    for more, is_read in ((100_000 - len(body), True), (100_001 - len(body), False)):
        padded = body.replace(b"</Status>", b"</Status>" + b" " * more)
        if is_read:
            assert read_answer(padded) == Reference("12", HOSTS[1], GET)
        else:
            assert refused(padded) == "flex_unclear"


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_statement_is_told_by_its_root_however_long_it_is(size: int) -> None:
    assert read_answer(b"<FlexQueryResponse>" + b" " * size) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<FlexStatementResponse>", b"\xff\xfe", b'<?xml version="1.0" encoding="x"?>'],
)
def test_what_is_no_whole_xml_is_unclear(body: Any) -> None:
    assert refused(body) == "flex_unclear"
