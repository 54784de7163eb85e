"""The data folder's marker: what carries it is the plugin's own, everything else is left alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.private.data_folder import (
    MARKER,
    adopt_data_folder,
    is_data_folder,
    mark_data_folder,
    require_data_folder,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


def refused(key: str, call, folder: Path) -> None:
    with pytest.raises(Refusal) as caught:
        call(str(folder))
    assert caught.value.key == key
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_marked_folder_is_private_and_known_again(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        found = mark_data_folder(str(tmp_path / "a" / "data") + "/")
    finally:
        os.umask(before)
    assert found == str(tmp_path / "a" / "data")
    assert is_data_folder(found) and require_data_folder(found) == found
    assert (mode(Path(found)), mode(Path(found) / MARKER)) == (0o700, 0o600)
    assert os.listdir(found) == [MARKER]
    assert mark_data_folder(found) == found


def test_a_marker_that_others_could_write_is_none_until_the_hook_closes_it(tmp_path: Path) -> None:
    """As one that came with a repository: git knows no mode 0600."""
    mark_data_folder(str(tmp_path))
    (tmp_path / MARKER).chmod(0o644)
    assert not is_data_folder(str(tmp_path))
    refused("data_folder_foreign", require_data_folder, tmp_path)
    mark_data_folder(str(tmp_path))
    assert is_data_folder(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"x", b"rebalance-portfolio data folder 1\n\n", b"\xff"])
def test_a_marker_with_other_content_is_none_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MARKER).write_bytes(content)
    (tmp_path / MARKER).chmod(0o600)
    assert not is_data_folder(str(tmp_path))
    refused("data_folder_foreign", mark_data_folder, tmp_path)
    assert (tmp_path / MARKER).read_bytes() == content


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_marker_that_is_no_file_is_none(tmp_path: Path, kind: str) -> None:
    os.mkdir(tmp_path / MARKER) if kind == "folder" else os.mkfifo(tmp_path / MARKER)
    assert not is_data_folder(str(tmp_path))
    refused("data_folder_foreign", mark_data_folder, tmp_path)


@pytest.mark.parametrize("slash", ["", "/", "/."])
def test_a_linked_folder_is_refused(tmp_path: Path, slash: str) -> None:
    inside = tmp_path / "inside"
    mark_data_folder(str(inside))
    (tmp_path / "link").symlink_to(inside)
    for call in (mark_data_folder, require_data_folder, adopt_data_folder):
        with pytest.raises(Refusal) as caught:
            call(str(tmp_path / "link") + slash)
        assert caught.value.key == "data_folder_link"


def test_a_linked_marker_is_refused_and_its_aim_left(tmp_path: Path) -> None:
    mark_data_folder(str(tmp_path / "real"))
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / MARKER).symlink_to(tmp_path / "real" / MARKER)
    assert not is_data_folder(str(tmp_path / "data"))
    for call in (mark_data_folder, require_data_folder):
        refused("data_folder_link", call, tmp_path / "data")
    assert mode(tmp_path / "data") == 0o755


def test_a_link_above_the_folder_is_the_users_own_matter(tmp_path: Path) -> None:
    """A home or a configuration folder may lie elsewhere."""
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    assert is_data_folder(mark_data_folder(str(tmp_path / "home" / "data")))


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_what_is_no_path_is_refused(name: str) -> None:
    for call in (mark_data_folder, require_data_folder, adopt_data_folder):
        with pytest.raises(Refusal) as caught:
            call(name)
        assert caught.value.key == "data_folder_foreign"
    assert not is_data_folder(name)


CLIENTS = Path("plugins", "data", "rebalance-portfolio-ib-portfolio-tools")


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize(
    "name", [CLIENTS.name, "rebalance-portfolio", "rebalance-portfolio-inline"]
)
def test_with_hooks_off_the_clients_own_folder_is_adopted(
    tmp_path: Path, name: str, made: bool
) -> None:
    folder = tmp_path / CLIENTS.with_name(name)
    folder.mkdir(parents=True) if made else None
    assert adopt_data_folder(str(folder)) == str(folder)
    assert is_data_folder(str(folder))
    RunFolder(str(folder), "s").open()
    assert adopt_data_folder(str(folder)) == str(folder)


@pytest.mark.parametrize(
    "name",
    ["data", "plugins/data", "plugins/data/other", "plugins/data/rebalance-portfolio-x/runs",
     "data/rebalance-portfolio-x", "plugins/x/rebalance-portfolio-x",
     "plugins/data/rebalance-portfoliox",
     "plugins/data/rebalance-portfolio-x/../../../documents"],
)  # fmt: skip
def test_no_other_folder_is_adopted(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        adopt_data_folder(str(tmp_path / name))
    assert caught.value.key == "data_folder_foreign"
    assert os.listdir(tmp_path) == []


def test_a_folder_with_something_in_it_is_not_adopted(tmp_path: Path) -> None:
    folder = tmp_path / CLIENTS
    folder.mkdir(parents=True)
    (folder / "mine").write_text("mine", encoding="utf-8")
    folder.chmod(0o755)
    refused("data_folder_foreign", adopt_data_folder, folder)
    assert (os.listdir(folder), mode(folder)) == (["mine"], 0o755)


def test_the_run_s_folder_is_only_ever_a_marked_one(tmp_path: Path) -> None:
    refused("data_folder_foreign", lambda folder: RunFolder(folder, "s"), tmp_path)
    assert os.listdir(tmp_path) == []
