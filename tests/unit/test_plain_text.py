"""What a file or a server can put on a screen or before the model: one line, no Markdown."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ib_portfolio.core.messages import say
from ib_portfolio.core.plain_text import look_alike_key, plain

# First and last of ranges of Default_Ignorable_Code_Point, and the empty Braille pattern.
IGNORABLE = (
    "00AD 034F 061C 115F 1160 17B4 17B5 180B 180C 180D 180E 180F 200B 200D 200F 202A 202E 2060 2065"
    " 206F 2800 3164 FE00 FE0F FEFF FFA0 FFF0 FFF8 1BCA0 1BCA3 1D173 1D17A E0000 E0001 E0020 E007F"
    " E0080 E0100 E01EF E01F0 E0FFF"
).split()


@pytest.mark.parametrize("code", IGNORABLE)
def test_what_nobody_sees_is_dropped(code: str) -> None:
    hidden = chr(int(code, 16))
    assert plain(f"{hidden}A{hidden}{hidden}B{hidden}") == "AB"
    assert "VTI" in say("row_value", symbol=hidden.join("VTI"))


@pytest.mark.parametrize(
    "text",
    ["BRK B", "AAPL  270115C00250000", "T 4 1/4 11/15/34", "三菱UFJ", "9433.T", "WWW.T", "WWW"],
)
def test_real_symbols_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "text",
    ["[VTI](https://evil.example/x)", "![VTI](https://evil.example/x.png)", "[VTI][1]",
     "[1]: https://evil.example", "<https://evil.example>", "https://evil.example/x",
     "HTTP://evil.example", "www.evil.example", "see WWW.Evil.example/x", "ftp://evil.example",
     "[a\u200b](http://x)", "h\u200bttps:/\u2060/evil.example", "ww\u00adw.evil.example",
     '<img src="https://evil.example">', "```\n[x](http://y)"],
)  # fmt: skip
def test_no_link_and_no_image_comes_out_of_a_symbol(text: str) -> None:
    said = say("row_value", symbol=text)
    assert not re.search(r"[\[\]<>`]|://|www\.\S+\.", said, re.IGNORECASE)


@given(st.text(max_size=80))
def test_any_text_is_one_visible_line(text: str) -> None:
    said = plain(text)
    assert said == plain(said)
    assert len(said.splitlines()) <= 1
    assert not [one for one in said if unicodedata.category(one)[0] == "C"]
    assert not re.search(r"[\[\]<>`|]|(?<!ib)://", said)


@pytest.mark.parametrize(
    "other", ["vti", "ＶＴＩ", "V\u200bTI", "V.T.I", " VTI", "VTI\u3164", "V TI"]
)
def test_look_alikes_have_one_key(other: str) -> None:
    assert look_alike_key(other) == look_alike_key("VTI")


def test_other_symbols_have_other_keys() -> None:
    names = ["VTI", "VT", "VTI2", "BRK B", "BRK A", "三菱", "三井", "7203", "7204"]
    assert len({look_alike_key(name) for name in names}) == len(names)
