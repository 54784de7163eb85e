"""The files that a run is asked to write: baskets, a table, a page. Loaded only when options are.

They hold holdings, so each is readable by its owner only. What this product did not write itself is
never overwritten, and nothing is put in its place before all files of the run are complete.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ..core.messages import Ours, Refusal, Usage, say
from ..core.plain_text import plain
from ..request.request import Request

if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


Options = dict[str, str]

_LARGEST = 20_000_000  # characters; nothing written here comes near it
_LONGEST_PATH = 4096


class _Place(NamedTuple):
    """Where a file goes, and whether a text that is there already is one of its kind."""

    path: str
    is_ours: Callable[[str], bool]


class Written(NamedTuple):
    """What to say of the files that were written, and the orders that are in none of them."""

    said: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


class _Output(NamedTuple):
    """The texts of an option's files, what to say of them, and orders that are not in them."""

    texts: tuple[str, ...]
    said: tuple[str, ...]
    tickets: tuple[str, ...] = ()


def resolve_files(request: Request) -> Request:
    """`request` with the paths of its files absolute, each of them one that can be written.

    Usage for an order type that is none or has no basket, and for files of all accounts at once.
    Refusal for a folder that does not exist, a file that is not ours, two files in one place.
    """
    asked = [name for name in _OUTPUTS if name in request.options]
    if "order-type" in request.options and "basket" not in asked:
        raise Usage("order_type_without_basket")
    if not asked:
        return request
    if request.account == "all":
        raise Usage("output_of_all", option=f"--{asked[0]}")
    if "basket" in asked:
        _order_type(request.options)
    options = {
        name: _absolute(text) if name in asked else text for name, text in request.options.items()
    }
    _places(options)
    return request._replace(options=options)


def write_files(document: PlanDocument, options: Options) -> Written:
    """Writes what `options` (with absolute paths) ask for, and returns what to say of it.

    Refusal when something is in the way or the disk is full; then no file has changed.
    """
    outputs = [make(document, options) for name, make in _OUTPUTS.items() if name in options]
    if outputs:
        texts = [text for output in outputs for text in output.texts]
        _write_all([place.path for place in _places(options)], texts)
    return Written(
        said=tuple(line for output in outputs for line in output.said),
        tickets=tuple(line for output in outputs for line in output.tickets),
    )


def _basket(document: PlanDocument, options: Options) -> _Output:
    from .tws_basket import make_basket

    basket = make_basket(document, _order_type(options))
    texts = (basket.sells, basket.buys)
    said = tuple(
        say(key, count=text.count("\n") - 1, path=_shown(path))
        for key, text, path in zip(
            ("basket_sells", "basket_buys"), texts, _basket_paths(options["basket"])
        )
    )
    return _Output(texts, said + basket.notes, basket.tickets)


def _table(document: PlanDocument, options: Options) -> _Output:
    from .csv_table import render_table

    return _Output((render_table(document),), (say("table_written", path=_shown(options["csv"])),))


def _page(document: PlanDocument, options: Options) -> _Output:
    from .html.html_page import render_page

    return _Output((render_page(document),), (say("page_written", path=_shown(options["html"])),))


_OUTPUTS = {"basket": _basket, "csv": _table, "html": _page}


def _order_type(options: Options) -> str:
    from .tws_basket import ORDER_TYPES

    name = options.get("order-type", "limit").casefold()
    if name not in ORDER_TYPES:
        wanted = " or ".join(ORDER_TYPES)
        raise Usage("bad_value", option="--order-type", value=name, wanted=wanted)
    return name


def _places(options: Options) -> list[_Place]:
    """Where the files go, in the order of their texts; Refusal where one cannot, or two collide."""
    found: list[_Place] = []
    if "basket" in options:
        from .tws_basket import is_basket

        found += [_Place(path, is_basket) for path in _basket_paths(options["basket"])]
    if "csv" in options:
        from .csv_table import is_table

        found.append(_Place(options["csv"], is_table))
    if "html" in options:
        from .html.html_page import is_page

        found.append(_Place(options["html"], is_page))
    paths = [place.path for place in found]
    for place in found:
        if paths.count(place.path) > 1:
            raise Usage("output_same", path=_shown(place.path))
        _check(place)
    return found


def _basket_paths(path: str) -> tuple[str, str]:
    root, ending = os.path.splitext(path)
    return f"{root}-sells{ending or '.csv'}", f"{root}-buys{ending or '.csv'}"


def _absolute(path: str) -> str:
    """`path` with ~ and links resolved."""
    try:
        return os.path.realpath(os.path.expanduser(path))
    except (OSError, ValueError):
        raise Refusal("output_no_path", path=_shown(path)) from None


def _check(place: _Place) -> None:
    """Refusal where the folder is missing or there is something else than an empty file or ours."""
    folder = os.path.dirname(place.path)
    if not os.path.isdir(folder):
        raise Refusal("output_no_folder", folder=_shown(folder))
    if os.path.lexists(place.path) and not _is_ours(place):
        raise Refusal("output_not_ours", path=_shown(place.path))


def _is_ours(place: _Place) -> bool:
    if os.path.islink(place.path) or not os.path.isfile(place.path):
        return False
    try:
        with open(place.path, encoding="utf-8", newline="") as file:
            text = file.read(_LARGEST)
    except (OSError, ValueError):
        return False
    return not text or place.is_ours(text)


def _write_all(paths: list[str], texts: list[str]) -> None:
    """Writes every text to a draft first and then puts all drafts in their places."""
    drafts: list[str] = []
    try:
        for path, text in zip(paths, texts):
            draft = f"{path}.{os.getpid()}.part"
            # Exclusive: never into a file or through a link that somebody else has put there.
            handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            drafts.append(draft)
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
        for draft, path in zip(drafts, paths):
            os.replace(draft, path)
    except OSError as error:
        folder = _shown(os.path.dirname(paths[0]))
        raise Refusal("output_failed", folder=folder, cause=error.strerror or "") from None
    finally:
        for draft in drafts:
            if os.path.lexists(draft):
                os.unlink(draft)


def _shown(path: str) -> Ours:
    """A path whole, since one that is cut cannot be copied."""
    return Ours(plain(path, _LONGEST_PATH))
