"""No encoding of a Flex URL gets its token or query id past redact."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any, Callable, Dict, List, NamedTuple
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server_session import IbSecMcp

from ib_portfolio.core.private import redaction
from ib_portfolio.core.private.redaction import redact

TOKENS = st.text("0123456789", min_size=15, max_size=30)
QUERY_IDS = st.text("0123456789", min_size=5, max_size=8)
URL = "https://ndcdyn.interactivebrokers.com/AccountManagement/FlexWebService/SendRequest"
ERRORS = (
    "IB API error: SendRequest failed: HTTPSConnectionPool(host='ndcdyn.interactivebrokers.com', "
    "port=443): Max retries exceeded with url: {path}?t={token}&q={query}&v=3 (Caused by X)",
    "502 Server Error: Bad Gateway for url: {path}?t={token}&q={query}&v=3",
    "{path}?v=3&q={query}&t={token}",
    "token={token} query_id={query}",
    "TOKEN: {token}, QUERY_ID: {query}",
    "Token is invalid: {token} (query {query})",
    "('t', '{token}'), ('q', '{query}')",
    '{{"t": "{token}", "q": "{query}"}}',
    "{token}/{query}",
    "{query}",
)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


ENCODINGS: Dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every character percent": _percent,
    "every character percent, upper": lambda text: _percent(text).upper(),
    "every character percent twice": lambda text: _percent(text).replace("%", "%25"),
    "html": html.escape,
    "html numbers": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "html hex numbers": lambda text: "".join(f"&#x{ord(character):02X};" for character in text),
    "unicode escapes": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "hex escapes": lambda text: "".join(f"\\x{ord(character):02x}" for character in text),
    "json": json.dumps,
    "json twice": lambda text: json.dumps(json.dumps(text)),
    "json in a url": lambda text: quote(json.dumps(text)),
    "upper case": str.upper,
    "lower case": str.lower,
    "spaced": lambda text: re.sub(r"(\d{3})", r"\1 ", text),
    "hyphened": lambda text: re.sub(r"(\d{4})", r"\1-", text),
    "broken over lines": lambda text: re.sub(r"(\d{4})", "\\1\n", text),
    "full width": lambda text: text.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
}


def decoded(text: str) -> str:
    """`text` with every encoding undone as far as it goes, and only its letters and digits."""
    for _ in range(3):
        text = html.unescape(unquote(text))
        text = re.sub(r"\\u([0-9a-f]{4})|\\x([0-9a-f]{2})", _character, text, flags=re.IGNORECASE)
    text = text.translate({0xFF10 + n: ord("0") + n for n in range(10)})
    return re.sub(r"[^0-9A-Za-z]", "", text)


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16))


def assert_hidden(said: str, token: str, query: str) -> None:
    seen = decoded(said)
    assert query not in seen
    assert token not in seen
    pieces = [token[place : place + 8] for place in range(len(token) - 7)]
    assert not [piece for piece in pieces if piece in seen]
    assert "\n" not in said
    assert len(said) <= 300


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("error", ERRORS)
@settings(max_examples=12, deadline=None)
@given(token=TOKENS, query=QUERY_IDS)
def test_no_encoding_shows_a_secret(error: str, encoding: str, token: str, query: str) -> None:
    text = ENCODINGS[encoding](error.format(path=URL, token=token, query=query))
    assert_hidden(redact(text), token, query)


@settings(max_examples=100, deadline=None)
@given(token=TOKENS, query=QUERY_IDS, before=st.text(max_size=40), after=st.text(max_size=40))
def test_whatever_stands_around_it(token: str, query: str, before: str, after: str) -> None:
    said = redact(f"{before} failed: {URL}?t={token}&q={query}&v=3 {after}")
    assert token not in said
    assert f"q={query}" not in said


@given(
    token=st.text("0123456789abcdef", min_size=24, max_size=40).filter(
        lambda t: re.search(r"\d", t)
    )
)
def test_a_token_with_letters_is_hidden(token: str) -> None:
    for text in (token, token.upper(), f"t={token}", f"Authorization: Bearer {token}"):
        assert token.lower() not in redact(text).lower()


@given(token=TOKENS)
def test_base64_of_a_token_is_hidden(token: str) -> None:
    for coded in (base64.b64encode, base64.urlsafe_b64encode):
        text = coded(f"t={token}&q=123456".encode()).decode()
        assert text not in redact(f"credentials {text}")
        assert text[:20] not in redact(f"credentials {text}")


def test_what_helps_stays() -> None:
    said = redact(
        "IB API error: SendRequest failed: Temporary failure in name resolution (Errno -3)"
    )
    assert (
        said == "IB API error: SendRequest failed: Temporary failure in name resolution (Errno -3)"
    )
    assert redact("Validation error: Portfolio value must be positive for rebalancing") == (
        "Validation error: Portfolio value must be positive for rebalancing"
    )
    assert "Failed to load credentials" in redact("Failed to load credentials. Ensure QUERY_ID")


def test_the_real_server_s_error_keeps_its_cause_only(tmp_path: object) -> None:
    server = IbSecMcp(str(tmp_path), "2026-11-22", {"QUERY_ID": "111111", "TOKEN": "2" * 24})
    with pytest.raises(Exception) as failure:
        server.call("get_positions", {"start_date": "2026-01-01"})
    said = redact(str(failure.value))
    assert said.startswith("IB API error: SendRequest failed: HTTPSConnectionPool(")
    assert "port=443" in said
    assert_hidden(said, "2" * 24, "111111")


@pytest.mark.parametrize("text", ["", " ", "\0", "?" * 50_000, "1" * 50_000, "%" * 50_000,
                                  "\\u" * 30_000, "&#" * 30_000, "a1" * 40_000])  # fmt: skip
def test_long_and_odd_texts_end_in_one_short_line(text: str) -> None:
    said = redact(text)
    assert len(said) <= 300
    assert "\n" not in said


@pytest.mark.parametrize(
    "seed",
    ["a-", "1-", "a1 ", "%25", "%2", "%", "&#", "&#1", "&#a;", "\\u00", "\\x1", "t ", "t=", "q:",
     "1 ", "1,1,1,1,a", "?", "=", "/", "\u200b", "１", "é1", "\ufdfa", "1\u0301", "a" * 15 + " ",
     "a1-", "\u200b1"],
)  # fmt: skip
def test_of_a_long_text_only_the_beginning_is_read(seed: str, monkeypatch: Any) -> None:
    """However a mask's work grows with the text: the old ones took 5 s for 20,000 of `a-`."""
    cleaned: List[int] = []
    masked: List[int] = []
    monkeypatch.setattr(redaction, "visible", noting(redaction.visible, cleaned))
    masks = [redaction._RUN, *redaction._PATTERNS]
    first, *others = (Mask(noting(mask.sub, masked)) for mask in masks)
    monkeypatch.setattr(redaction, "_RUN", first)
    monkeypatch.setattr(redaction, "_PATTERNS", tuple(others))
    said = redact(seed * 200_000)
    assert len(said) <= 300
    assert cleaned and cleaned[0] <= 8_000
    assert len(masked) == len(masks) and max(masked) <= 4_000


def noting(function: Callable[..., str], lengths: List[int]) -> Callable[..., str]:
    """The function, which notes the length of each text that it is given."""

    def noted(*given: Any) -> str:
        lengths.append(len(given[-1]))
        return function(*given)

    return noted


class Mask(NamedTuple):
    """What is asked of a compiled expression."""

    sub: Callable[..., str]


HIDDEN = (
    "\u200b \u00ad \ufe0f \u3164 \u034f \u2800 \u2060 \U000e0100 \U000e01ef \U000e0041 \x00 \u0301"
)


@pytest.mark.parametrize("between", HIDDEN.split(" "))
def test_a_secret_that_invisible_characters_split_is_masked(between: str) -> None:
    token, query = "123456789012345678901234", "987654"
    for text in (token, query, f"x {token} y", f"?t={token}&q={query}", "ab" + token[:20]):
        said = redact(between.join(text))
        assert not re.search(r"[0-9]{3}", decoded(said)), said


def test_no_secret_is_cut_into_view() -> None:
    """A secret at the very place where the text is cut off is not shown in part."""
    for start in range(270, 310):
        said = redact("x" * start + " t=" + "7" * 24 + "&q=123456")
        assert "7" not in said
    for most in (4_000, 8_000):
        for start in range(most - 30, most + 5):
            for hidden in ("?" + "y" * (start - 1), "\u200b" * start):
                assert "1" not in redact(f"{hidden} 123456789012345678")
