"""Files that a run writes: private, whole or not at all, never over something else."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, List, Set

import pytest
from terminal import ROOT, Answer, run

from ib_portfolio.core.private.data_folder import mark_data_folder

SAMPLE = ["growth", "--sample"]
ALL = ["--basket", "orders.csv", "--csv", "plan.csv", "--html", "plan.html"]
FILES = ["orders-buys.csv", "plan.csv", "plan.html"]  # of shares, this plan sells none
MORE = [*SAMPLE, "--contribute", "5000"]


def _names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())


def _refused(answer: Answer, code: int = 1) -> str:
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") == 1 and answer.err.endswith(".\n")
    return answer.err


def test_all_files_are_written_privately_and_named(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        answer = run([*SAMPLE, *ALL], str(tmp_path))
    finally:
        os.umask(before)
    assert answer.code == 0, answer.err
    assert _names(tmp_path) == FILES
    for name in FILES:
        path = tmp_path / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_size > 50
        assert name in answer.out.replace("\n", "")
    assert "Ticket: SELL 13,000 face" in answer.out


def test_the_plan_is_the_same_with_and_without_files(tmp_path: Path) -> None:
    plain = json.loads(run([*SAMPLE, "--json"]).out)
    asked = json.loads(run([*SAMPLE, "--json", *ALL], str(tmp_path)).out)
    # The page has figures of its own, which have a check.
    others = [one for one in asked["checks"] if one["name"] != "values of holdings"]
    assert asked["trades"] and others == plain["checks"] != asked["checks"]
    for key in ("trades", "classes", "summary", "tax", "target_allocation", "warnings"):
        assert asked[key] == plain[key]


def test_own_files_are_written_again(tmp_path: Path) -> None:
    assert run([*SAMPLE, *ALL], str(tmp_path)).code == 0
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    for name in FILES:
        (tmp_path / name).chmod(0o644)
    assert run([*MORE, *ALL], str(tmp_path)).code == 0
    assert _names(tmp_path) == FILES
    assert all((tmp_path / name).read_bytes() != before[name] for name in FILES)
    assert all(stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600 for name in FILES)


@pytest.mark.parametrize("name", ["mine.csv", "mine.html"])
@pytest.mark.parametrize(
    "content", [b"", b"my notes\n", b"\xff\xfe\0", b"<!DOCTYPE html>\n<html>", b"\n"]
)
def test_what_is_not_ours_is_left(tmp_path: Path, name: str, content: bytes) -> None:
    """An empty file too: it may wait for what another program writes into it."""
    mine = tmp_path / name
    mine.write_bytes(content)
    option = "--" + name.partition(".")[2]
    assert str(mine) in _refused(run([*SAMPLE, option, str(mine)]))
    assert mine.read_bytes() == content and _names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("--csv", "plan"), ("--csv", "plan.html"), ("--csv", "plan.csv.sh"), ("--csv", ".csv"),
        ("--csv", "Makefile"), ("--html", "plan.csv"), ("--html", "plan.xhtml"),
        ("--basket", "orders"), ("--basket", "orders.sh"), ("--csv", "csv"),
    ],
)  # fmt: skip
def test_a_name_without_the_ending_of_its_kind_is_refused(
    tmp_path: Path, option: str, name: str
) -> None:
    said = _refused(run([*SAMPLE, option, name], str(tmp_path)), code=2)
    assert option in said and ("." + option[2:] in said or ".csv" in said)
    assert _names(tmp_path) == []


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    assert run([*SAMPLE, "--csv", "PLAN.CSV"], str(tmp_path)).code == 0
    assert _names(tmp_path) == ["PLAN.CSV"]


@pytest.mark.parametrize(
    "name",
    [".plan.csv", ".git/hooks/plan.csv", "a/.b/c/plan.csv", "./.config/plan.csv", "..plan.csv"],
)
def test_nothing_is_hidden(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    for option, ending in (("--csv", ".csv"), ("--html", ".html"), ("--basket", ".csv")):
        said = _refused(run([*SAMPLE, option, name[:-4] + ending], str(tmp_path)))
        assert "hidden" in said
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_hidden_folder_behind_a_link_is_found(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / "shown").symlink_to(tmp_path / ".ssh")
    assert "hidden" in _refused(run([*SAMPLE, "--csv", "shown/plan.csv"], str(tmp_path)))
    assert _names(tmp_path / ".ssh") == []


def test_the_plugin_s_own_data_folder_may_lie_in_a_hidden_one(tmp_path: Path) -> None:
    data = tmp_path / ".claude" / "data"
    _refused(run([*SAMPLE, "--html", str(data / "plan.html")]))
    mark_data_folder(str(data))
    assert run([*SAMPLE, "--html", str(data / "plan.html")]).code == 0
    assert "hidden" in _refused(run([*SAMPLE, "--html", str(data / ".plan.html")]))


def test_a_link_is_neither_followed_nor_replaced(tmp_path: Path) -> None:
    assert run([*SAMPLE, *ALL], str(tmp_path)).code == 0
    for name in FILES:
        (tmp_path / name).rename(tmp_path / f"real-{name}")
        (tmp_path / name).symlink_to(tmp_path / f"real-{name}")
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    for words in (ALL[:2], ALL[2:4], ALL[4:]):
        _refused(run([*MORE, *words], str(tmp_path)))
    assert all((tmp_path / name).is_symlink() for name in FILES)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before


def test_no_empty_basket_is_written_and_an_old_one_does_not_stay(tmp_path: Path) -> None:
    """With no purchases at all, an earlier file of them must not be taken for this plan's."""
    answer = run([*SAMPLE, *ALL[:2]], str(tmp_path))
    assert _names(tmp_path) == ["orders-buys.csv"]
    words = ["--sample", "income", *ALL[:2]]
    for said, old in ((answer, "sells"), (run(words, str(tmp_path)), "buys")):
        assert said.code == 0 and "Basket of 0" not in said.out
        line = f"No order of this plan fits a basket of {old}, so"
        assert line in " ".join(said.out.split())
    assert _names(tmp_path) == ["orders-sells.csv"]


def test_one_kind_is_not_written_over_another(tmp_path: Path) -> None:
    assert run([*SAMPLE, *ALL], str(tmp_path)).code == 0
    page = (tmp_path / "plan.html").read_bytes()
    (tmp_path / "plan.html").rename(tmp_path / "page.csv")
    _refused(run([*SAMPLE, "--csv", "page.csv"], str(tmp_path)))
    _refused(run([*SAMPLE, "--csv", "orders-buys.csv"], str(tmp_path)))
    assert (tmp_path / "page.csv").read_bytes() == page


def test_a_basket_of_the_users_own_is_left(tmp_path: Path) -> None:
    mine = tmp_path / "orders-buys.csv"
    assert run([*SAMPLE, "--basket", "orders.csv"], str(tmp_path)).code == 0
    content = mine.read_bytes().replace(b"RebalanceGrowth20261120", b"mine")
    mine.write_bytes(content)
    _refused(run([*SAMPLE, "--basket", "orders.csv"], str(tmp_path)))
    assert mine.read_bytes() == content


def test_nothing_is_written_where_one_of_them_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "plan.html").write_text("mine")
    _refused(run([*SAMPLE, *ALL], str(tmp_path)))
    assert _names(tmp_path) == ["plan.html"]


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert str(folder) in _refused(run([*SAMPLE, "--html", str(folder / "plan.html")]))
    assert _names(tmp_path) == []


def test_folders_pipes_and_dead_links_are_left(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "orders-sells.csv").symlink_to(tmp_path / "elsewhere")
    for name in ("folder.html", "pipe.html"):
        _refused(run([*SAMPLE, "--html", name], str(tmp_path)))
    _refused(run([*SAMPLE, "--basket", "orders.csv"], str(tmp_path)))
    assert _names(tmp_path) == ["folder.html", "orders-sells.csv", "pipe.html"]


def test_the_statement_is_not_written_over(tmp_path: Path) -> None:
    with open(os.path.join(ROOT, "samples", "statement.xml"), "rb") as file:
        content = file.read()
    statement = tmp_path / "statement.xml"
    statement.write_bytes(content)
    for option in ("--csv", "--html"):
        _refused(run(["growth", "--statement", str(statement), option, str(statement)]), code=2)
    assert statement.read_bytes() == content


def test_home_spaces_and_japanese_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run([*SAMPLE, "--html", "~/my 計画.html"]).code == 0
    assert _names(tmp_path) == ["my 計画.html"]


@pytest.mark.parametrize(
    "words",
    [
        ["--csv", "a-buys.csv", "--basket", "a.csv"],
        ["--basket", "a.csv", "--csv", "./a-sells.csv"],
    ],
)
def test_two_files_in_one_place(tmp_path: Path, words: List[str]) -> None:
    _refused(run([*SAMPLE, *words], str(tmp_path)), code=2)
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--order-type", "market"],
        ["--basket", "a.csv", "--order-type", "stop"],
        ["--html"],
    ],
)
def test_usage(tmp_path: Path, words: List[str]) -> None:
    _refused(run([*SAMPLE, *words], str(tmp_path)), code=2)
    assert _names(tmp_path) == []


def test_market_orders(tmp_path: Path) -> None:
    words = ["--basket", "a.csv", "--order-type", "MARKET"]
    assert run([*SAMPLE, *words], str(tmp_path)).code == 0
    text = (tmp_path / "a-buys.csv").read_text()
    assert ",MKT,," in text and "LMT" not in text.replace("LmtPrice", "")


@pytest.mark.parametrize("place", range(3))
def test_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """The disk is full at the first, second or third file."""
    assert run([*SAMPLE, *ALL], str(tmp_path)).code == 0
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    opened: List[str] = []
    real = os.fdopen

    def full(handle: int, mode: str, *rest: Any) -> Any:
        file = real(handle, mode, *rest)
        opened.append(mode)
        if mode == "wb" and len(opened) > place:
            file.write(b"half")
            file.close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return file

    monkeypatch.setattr(os, "fdopen", full)
    answer = run([*MORE, *ALL], str(tmp_path))
    monkeypatch.undo()
    assert "No space left on device" in _refused(answer)
    assert len(opened) == place + 1
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before
    assert _names(tmp_path) == FILES


def test_a_draft_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    draft = tmp_path / f"plan.html.{os.getpid()}.part"
    draft.symlink_to(target)
    _refused(run([*SAMPLE, "--html", "plan.html"], str(tmp_path)))
    assert target.read_text() == "mine" and draft.is_symlink()


NEW = {
    "output_files",
    "tws_basket",
    "csv_table",
    "html.html_page",
    "html.html_gains",
    "html.html_markup",
}


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        ([], set()),
        (["--json"], set()),
        (["--band", "5"], {"output_files"}),
        (["--csv", "plan.csv"], {"output_files", "csv_table"}),
        (["--basket", "a.csv"], {"output_files", "tws_basket"}),
        (
            ["--html", "a.html"],
            {"output_files", "html.html_page", "html.html_gains", "html.html_markup"},
        ),
    ],
)
def test_only_what_is_asked_for_is_loaded(
    tmp_path: Path, words: List[str], loaded: Set[str]
) -> None:
    scripts = os.path.join(ROOT, "scripts")
    code = (
        f"import sys; sys.path.insert(0, {scripts!r}); import rebalance; "
        f"rebalance.main({[*SAMPLE, *words]!r}); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    modules = set(done.stdout.split())
    assert "ib_portfolio.rebalance" in modules, done.stderr
    assert {name for name in NEW if f"ib_portfolio.reports.{name}" in modules} == loaded
    if not words:
        assert not modules & {"csv", "html", "html.entities"}
