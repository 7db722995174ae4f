"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rolequiz.errors import RolequizError
from rolequiz.store.atomic import is_direct, temporary_prefix, written


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_is_there_when_the_block_has_ended_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with written(path) as sink:
        assert sink.write(b"one\n") == 4
        assert not path.exists()
        assert [other.parent for other in tmp_path.iterdir()] == [path.parent]
    assert path.read_bytes() == b"one\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_fails_leaves_everything_as_it_was(failure: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")

    def fail() -> None:
        with written(path) as sink:
            sink.write(b"after")
            raise failure

    with pytest.raises(failure):
        fail()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_new_files_get_the_usual_rights_and_replaced_ones_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    before = os.umask(0o027)
    try:
        with written(path) as sink:
            sink.write(b"x")
    finally:
        os.umask(before)
    assert mode(path) == 0o640
    path.chmod(0o604)
    with written(path) as sink:
        sink.write(b"y")
    assert mode(path) == 0o604


def test_private_files_are_the_users_own_even_where_they_replace_public_ones(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    path.write_text("old")
    path.chmod(0o644)
    with written(path, private=True) as sink:
        sink.write(b"x")
    assert mode(path) == 0o600


def test_a_file_of_nothing_is_kept_unless_unwanted_and_then_a_stale_one_goes(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    with written(path):
        pass
    assert path.read_bytes() == b""
    path.write_text("stale")
    with written(path, keep_empty=False):
        pass
    assert list(tmp_path.iterdir()) == []
    with written(path, keep_empty=False):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_when_the_same_file_is_written_again(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom rolequiz.store.atomic import written\n"
        "with written(Path(sys.argv[1])) as sink:\n    sink.write(b'half')\n    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    target = tmp_path / "out.csv"
    ours = temporary_prefix("out.csv")
    others = (".out.csv.mine.txt", ".out.csv.mine.tmp", ".out.csv.abcdefgh.tmp", f"{ours}mine.tmp")
    for name in others:
        (tmp_path / name).write_text("of the user")
    half = f"{ours}????????.tmp"
    command = [sys.executable, "-c", script, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline() == b"ready\n"
        with written(target) as sink:
            sink.write(b"whole")
        assert len(list(tmp_path.glob(half))) == 1, "it belongs to a process that is at work"
        busy.kill()
        busy.wait()
        assert len(list(tmp_path.glob(half))) == 1
    with written(target) as sink:
        sink.write(b"again")
    assert {path.name for path in tmp_path.iterdir()} == {*others, "out.csv"}
    assert target.read_bytes() == b"again"


def test_names_that_begin_alike_do_not_share_their_temporary_files(tmp_path: Path) -> None:
    one, other = "x" * 60 + "1.csv", "x" * 60 + "2.csv"
    left = tmp_path / f"{temporary_prefix(other)}abcdefgh.tmp"
    left.write_text("half")
    with written(tmp_path / one) as sink:
        sink.write(b"whole")
    assert left.exists()
    with written(tmp_path / other) as sink:
        sink.write(b"whole")
    assert not left.exists()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "out.csv"
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    for text in (b"first", b"second"):
        with written(link) as sink:
            sink.write(text)
        assert link.is_symlink()
        assert target.read_bytes() == text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none/out.csv", "there is no folder"),
        ("file/out.csv", "there is no folder"),
        ("folder", "this is a folder"),
        ("a\0b", "this is no file name"),
        ("x" * 300, "cannot be written: File name too long"),
    ],
)
def test_a_place_that_takes_no_file_is_named_with_a_remedy(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RolequizError, match=said) as caught, written(tmp_path / name):
        pytest.fail("the block must not begin")
    assert caught.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_file_or_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(RolequizError, match="you may not write there"), written(path):
        pytest.fail("the block must not begin")
    assert path.read_text() == "before"


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
def test_a_disk_that_fails_at_the_end_leaves_everything_as_it_was(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(RolequizError, match="No space left on device"), written(path) as sink:
        sink.write(b"after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_on_the_way_is_told_once() -> None:
    with (
        pytest.raises(RolequizError, match="/dev/full: cannot be written: No space left"),
        written(Path("/dev/full")) as sink,
    ):
        sink.write(b"x" * 1_000_000)
    with pytest.raises(RolequizError, match="/dev/full: cannot be written"), written(Path("/dev/full")) as sink:
        sink.write(b"small, and noticed only when it is flushed")


def test_devices_are_written_to_directly() -> None:
    assert is_direct(Path("/dev/null"))
    with written(Path("/dev/null")) as sink:
        sink.write(b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_pipe_is_written_to_directly(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with written(path) as sink:
        sink.write(b"through")
    reader.join()
    assert got == [b"through"]
    assert path.is_fifo()


def test_standard_output_by_name_adds_to_what_stands_there(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    script = "from pathlib import Path; from rolequiz.store.atomic import written\n"
    script += "with written(Path('/dev/stdout')) as sink: sink.write(b'after\\n')"
    with log.open("ab") as stream:
        subprocess.run([sys.executable, "-c", script], stdout=stream, check=True)
    assert log.read_bytes() == b"before\nafter\n"


def test_ordinary_files_are_not_direct_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    assert not is_direct(tmp_path / "a")
    assert not is_direct(tmp_path / "none")
    assert not is_direct(tmp_path)


def test_the_mask_of_new_files_is_not_changed_to_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It belongs to the whole process: another thread would create public files meanwhile."""
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda _: pytest.fail("set"))
        with written(tmp_path / "a") as sink:
            sink.write(b"x")
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert mode(tmp_path / "a") == 0o640
