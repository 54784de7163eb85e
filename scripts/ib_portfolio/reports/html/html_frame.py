"""What every page begins and ends with: no network, no script, the style inside."""

from __future__ import annotations

import os

from ...core.messages import say
from .html_markup import text_html

_STYLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.css")
_START = "<!DOCTYPE html>\n<!-- rebalance-portfolio -->\n"
# Even if something slipped through the escaping, the page could load and run nothing.
_HEAD = """<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
"""


def page_html(title: str, header: str, main: str) -> str:
    """A whole page with `header` above `main`, both HTML already."""
    with open(_STYLE, encoding="utf-8") as file:
        style = file.read()
    head = _HEAD.format(title=text_html(title), style=style)
    return (
        f"{_START}{head}{header}<main>\n{main}</main>\n"
        f"<footer><p>{text_html(say('page_footer'))}</p></footer>\n</body>\n</html>\n"
    )


def is_page(text: str) -> bool:
    """Whether `text` is a page of this product."""
    return text.startswith(_START)
