"""The files that a run is asked to write: baskets, a table, a page. Loaded only when options are.

They hold holdings, so each is readable by its owner only. What this product did not write itself is
never overwritten, and nothing is put in its place before all files of the run are complete. A path
may come from a text that somebody else wrote: whatever it says, the file has the ending of its kind
and is neither hidden, nor in a hidden folder, nor behind a link: no program takes it for its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ..core.messages import Ours, Refusal, Usage, say
from ..core.plain_text import plain
from ..core.private.data_folder import is_data_folder
from ..core.record import Record
from ..request.options import load_rows
from ..request.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument


Options = dict[str, str]

_LARGEST = 20_000_000  # characters; nothing written here comes near it
_LONGEST_PATH = 4096


class _Place(Record):
    """Where a file goes, and whether a text that is there already is one of its kind."""

    path: str
    is_ours: Callable[[str], bool]


class Written(Record):
    """What to say of the files that were written, and the orders that are in none of them."""

    said: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


class _Output(Record):
    """The texts of an option's files, what to say of them, and orders that are not in them.

    A text of "" is a file that must not be there.
    """

    texts: tuple[str, ...]
    said: tuple[str, ...]
    tickets: tuple[str, ...] = ()


def resolve_files(request: Request) -> Request:
    """`request` with the paths of its files absolute, each of them one that can be written.

    Of a household's files `files_of_accounts` says the names. Usage for an order type that is none
    or has no basket, for a name without the ending of its kind and for two files in one place.
    Refusal for a folder that does not exist, a file that is not ours, a link, and what is hidden.
    """
    asked = [name for name in _OUTPUTS if name in request.options]
    if "order-type" in request.options and "basket" not in asked:
        raise Usage("order_type_without_basket")
    if not asked:
        return request
    if "basket" in asked:
        _order_type(request.options)
    options = {
        name: _absolute(name, text) if name in asked else text
        for name, text in request.options.items()
    }
    if request.account != "all":
        _places(options)
    return request._replace(options=options)


def files_of_accounts(options: Sequence[Options], accounts: Sequence[str]) -> list[Options]:
    """The `options` of each account with the paths of its own files: plan-4567.csv for U***4567.

    `accounts` are as they are shown, masked. A statement's text is no part of a path: only letters
    and digits are, and where these do not tell the accounts apart, their places do: plan-1.csv.
    Refuses as `resolve_files`.
    """
    parts = ["".join(filter(_in_names, name.rpartition("*")[2])) for name in accounts]
    if "" in parts or len({part.casefold() for part in parts}) < len(parts):
        parts = [str(place) for place in range(1, len(parts) + 1)]
    return [_files_of(own, part) for own, part in zip(options, parts)]


def _in_names(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _files_of(options: Options, part: str) -> Options:
    own = dict(options)
    for name in filter(options.__contains__, _OUTPUTS):
        stem, ending = os.path.splitext(options[name])
        own[name] = f"{stem}-{part}{ending}"
    _places(own)
    return own


def write_files(document: PlanDocument, options: Options) -> Written:
    """Writes what `options` (with absolute paths) ask for, and returns what to say of it.

    Refusal when something is in the way or the disk is full; then no file has changed.
    """
    return write_files_of_all([(document, options)])[0]


def write_files_of_all(plans: Sequence[tuple[PlanDocument, Options]]) -> list[Written]:
    """Writes the files of several plans, all of them or none, and returns what to say of each."""
    made = [
        [make(document, options) for name, make in _OUTPUTS.items() if name in options]
        for document, options in plans
    ]
    texts = [text for outputs in made for output in outputs for text in output.texts]
    if texts:
        paths = [place.path for _, options in plans for place in _places(options)]
        write_all(paths, texts)
    return [
        Written(
            said=tuple(line for output in outputs for line in output.said),
            tickets=tuple(line for output in outputs for line in output.tickets),
        )
        for outputs in made
    ]


def _basket(document: PlanDocument, options: Options) -> _Output:
    from .tws_basket import make_basket

    basket = make_basket(document, _order_type(options))
    texts = (basket.sells, basket.buys)
    paths = _basket_paths(options["basket"])
    said = tuple(map(_basket_said, ("sells", "buys"), texts, paths))
    return _Output(texts, said + basket.notes, basket.tickets)


def _basket_said(side: str, text: str, path: str) -> str:
    """The sentence on one file; a basket of an earlier run must not be taken for this one's."""
    if text:
        key = "basket_sells" if side == "sells" else "basket_buys"
        return say(key, count=text.count("\n") - 1, path=shown_path(path))
    key = "basket_removed" if os.path.lexists(path) else "basket_none"
    return say(key, side=side, path=shown_path(path))


def _table(document: PlanDocument, options: Options) -> _Output:
    from .csv_table import render_table

    return _Output(
        (render_table(document),), (say("table_written", path=shown_path(options["csv"])),)
    )


def _page(document: PlanDocument, options: Options) -> _Output:
    from .html.html_page import render_page

    return _Output(
        (render_page(document),), (say("page_written", path=shown_path(options["html"])),)
    )


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
        from .html.html_frame import is_page

        found.append(_Place(options["html"], is_page))
    paths = [place.path for place in found]
    for place in found:
        if paths.count(place.path) > 1:
            raise Usage("output_same", path=shown_path(place.path))
        _check(place)
    return found


def _basket_paths(path: str) -> tuple[str, str]:
    root, ending = os.path.splitext(path)
    return f"{root}-sells{ending}", f"{root}-buys{ending}"


def _absolute(option: str, typed: str) -> str:
    return writable_path(option, typed, load_rows()[option]["endings"])


def writable_path(option: str, typed: str, endings: list[str]) -> str:
    """The path with ~ and the links above the file resolved; raises what `resolve_files` does."""
    try:
        path = os.path.abspath(os.path.expanduser(typed))
        if os.path.splitext(path)[1].casefold() not in endings:
            wanted = " or ".join(endings)
            raise Usage(
                "output_ending", option=f"--{option}", endings=wanted, path=shown_path(typed)
            )
        if os.path.islink(path):
            raise Refusal("output_link", path=shown_path(path))
        real = os.path.realpath(path)
    except (OSError, ValueError):
        raise Refusal("output_no_path", path=shown_path(typed)) from None
    if _is_hidden(path) or _is_hidden(real):
        raise Refusal("output_hidden", path=shown_path(path))
    return real


def _is_hidden(path: str) -> bool:
    """Whether the file or a folder that it lies in begins with a dot, the data folder excepted."""
    folder, name = os.path.split(path)
    while name:
        if name.startswith("."):
            return True
        if is_data_folder(folder):
            return False
        folder, name = os.path.split(folder)
    return False


def require_writable(path: str, is_ours: Callable[[str], bool]) -> None:
    """Refusal where a file cannot go to `path`; `is_ours` knows the texts of its kind."""
    _check(_Place(path, is_ours))


def _check(place: _Place) -> None:
    """Refusal where the folder is missing or there is something else than a file of ours."""
    folder = os.path.dirname(place.path)
    if not os.path.isdir(folder):
        raise Refusal("output_no_folder", folder=shown_path(folder))
    if os.path.lexists(place.path) and not _is_ours(place):
        raise Refusal("output_not_ours", path=shown_path(place.path))


def _is_ours(place: _Place) -> bool:
    if os.path.islink(place.path) or not os.path.isfile(place.path):
        return False
    try:
        with open(place.path, encoding="utf-8", newline="") as file:
            text = file.read(_LARGEST)
    except (OSError, ValueError):
        return False
    return place.is_ours(text)


def write_all(paths: list[str], texts: list[str]) -> None:
    """Writes every text to a draft first and then puts all drafts in their places.

    Where the text is "", what is there goes: it is an earlier file of this product.
    """
    drafts: list[str] = []
    try:
        filled = [path for path, text in zip(paths, texts) if text]
        for path, text in zip(filled, filter(None, texts)):
            draft = f"{path}.{os.getpid()}.part"
            # Exclusive: never into a file or through a link that somebody else has put there.
            handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            drafts.append(draft)
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
        for draft, path in zip(drafts, filled):
            os.replace(draft, path)
        for path in set(paths) - set(filled):
            if os.path.lexists(path):
                os.unlink(path)
    except OSError as error:
        folder = shown_path(os.path.dirname(paths[0]))
        raise Refusal("output_failed", folder=folder, cause=error.strerror or "") from None
    finally:
        for draft in drafts:
            if os.path.lexists(draft):
                os.unlink(draft)


def shown_path(path: str) -> Ours:
    """A path whole, since one that is cut cannot be copied."""
    return Ours(plain(path, _LONGEST_PATH))
