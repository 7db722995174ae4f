"""Files and streams: what is refused as a whole, where it is, and what to do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from zlib import compress

import pytest

from rolequiz.batch.formats import InputFormat, format_of, sniffed
from rolequiz.batch.notes import Notes
from rolequiz.batch.records import Item
from rolequiz.batch.sources import Source, items, refuse_repeats
from rolequiz.errors import RolequizError
from tests.unit.batch.reading import RULES, csv_file, csv_line, read, record

PERSON = b'{"id": "p1", "answers": {"q01": 1}}'
CSV = csv_file(csv_line("p1"))
PNG = b"\x89PNG\r\n\x1a\n" + compress(b"pixels")


def read_file(path: Path, form: InputFormat | None = None) -> list[Item]:
    return list(items([Source(str(path))], RULES, Notes(), form))


def refusal(data: bytes, name: str, folder: Path, form: InputFormat | None = None) -> RolequizError:
    path = folder / name
    path.write_bytes(data)
    with pytest.raises(RolequizError) as caught:
        read_file(path, form)
    assert caught.value.message.startswith(str(path))
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", CSV),
        ("A.CSV", CSV),
        ("a.json", PERSON),
        ("a.jsonl", PERSON),
        ("a.ndjson", PERSON),
        ("a.yaml", PERSON),
        ("a.yml", PERSON),
        ("answers", CSV),
        ("a.txt", PERSON),
    ],
)
def test_the_ending_or_else_the_beginning_tells_the_format(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (item,) = read_file(path)
    assert record(item).record.id == "p1"
    assert record(item).source == str(path)


def test_a_stated_format_goes_before_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.csv"
    path.write_bytes(PERSON)
    assert record(read_file(path, "jsonl")[0]).record.id == "p1"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (CSV, "csv"),
        (b'"id","q01"\r\n', "csv"),
        (b"q01,id\n", "csv"),
        (b"name;q01\n", "csv"),
        (PERSON, "jsonl"),
        (PERSON + b"\n" + PERSON, "jsonl"),
        (b'{"id": broken\n' + PERSON, "jsonl"),
        (b'{\n "id": "p1"\n}', "json"),
        (b"\xef\xbb\xbf [" + PERSON + b"]", "json"),
        (b"id: p1\nanswers: {}\n", "yaml"),
        (b"- id: p1\n", "yaml"),
        (b"# people\n", "yaml"),
        (b"---\n", "yaml"),
    ],
)
def test_a_stream_shows_its_format_by_how_it_begins(data: bytes, form: str) -> None:
    assert sniffed(data, "id") == form


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.yaml", "a"])
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\r\n \n"])
def test_an_empty_file_is_refused(name: str, data: bytes, tmp_path: Path) -> None:
    assert "there is nothing in it" in refusal(data, name, tmp_path).message


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.yaml", "a"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PNG, "a PNG picture"),
        (b"PK\x03\x04xlsx", "a ZIP archive"),
        (b"\x1f\x8b\x08", "compressed with gzip"),
        (b"PAR1", "a Parquet file"),
        ("id,q01".encode("utf-16"), "UTF-16 text"),
    ],
)
def test_files_of_another_kind_are_named_with_the_remedy(data: bytes, what: str, name: str, tmp_path: Path) -> None:
    assert f"this is {what}" in refusal(data, name, tmp_path).message


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", CSV, "1:1: no valid JSON"),
        ("a.jsonl", CSV, "1: this is CSV, not JSONL"),
        ("a.csv", PERSON, "1: no valid CSV"),
        ("a.csv", b"[" + PERSON + b"]", "1: no valid CSV"),
        ("a.yaml", CSV, "a person's record"),
        ("a.csv", b"id: p1\n", "1: there is no column id"),
    ],
)
def test_a_file_with_the_wrong_ending_says_so(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(data, name, tmp_path).message


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.yaml", "a"])
def test_ten_megabytes_of_noise_are_refused_at_once(name: str, tmp_path: Path) -> None:
    refusal(Random("noise").randbytes(10 << 20), name, tmp_path)


@pytest.mark.parametrize(("form", "most"), [("json", 64), ("yaml", 8)])
def test_what_is_read_as_a_whole_may_not_be_endless(form: InputFormat, most: int) -> None:
    class Endless:
        """A list that never closes."""

        def read(self, _: int = -1) -> bytes:
            return b"[" + b" " * (1 << 20)

    source = Source("<stdin>", Endless())  # type: ignore[arg-type]  # only read is used
    with pytest.raises(RolequizError, match=f"larger than {most} MiB"):
        items([source], RULES, Notes(), form)
    assert source.size < (most + 4) << 20


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    for name, said in (
        ("none.csv", "there is no such file"),
        ("", "this is a folder"),
        ("a\0b", "this is no file name"),
    ):
        with pytest.raises(RolequizError, match=said) as caught:
            items([Source(f"{tmp_path}/{name}")], RULES, Notes())
        assert caught.value.hint


def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RolequizError, match="you may not read it"):
        read_file(path)


def test_errors_while_opening_and_reading_become_messages() -> None:
    class Failing:
        """A disk that goes away."""

        def read(self, _: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(RolequizError, match="it cannot be read: Input/output error"):
        items([Source("<stdin>", Failing())], RULES, Notes())  # type: ignore[arg-type]  # only read is used


def test_names_of_files_steer_no_terminal(tmp_path: Path) -> None:
    with pytest.raises(RolequizError) as caught:
        items([Source(str(tmp_path / "\x1b[31m.csv"))], RULES, Notes())
    assert caught.value.message.isprintable()


def test_every_source_is_checked_before_the_first_record_is_given(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_bytes(CSV)
    (tmp_path / "bad.json").write_bytes(b"[" + PERSON + b",")
    with pytest.raises(RolequizError, match=r"bad\.json:1:38"):
        items([Source(str(tmp_path / name)) for name in ("good.csv", "bad.json")], RULES, Notes())


def test_sources_follow_each_other_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(csv_file(csv_line("b1"), csv_line("b2")))
    (tmp_path / "a.jsonl").write_bytes(PERSON)
    sources = [Source(str(tmp_path / "b.csv")), Source("<stdin>", BytesIO(CSV)), Source(str(tmp_path / "a.jsonl"))]
    found = [
        (record(item).source.rpartition("/")[2], record(item).record.id) for item in items(sources, RULES, Notes())
    ]
    assert found == [("b.csv", "b1"), ("b.csv", "b2"), ("<stdin>", "p1"), ("a.jsonl", "p1")]
    assert [source.size for source in sources] == [(tmp_path / "b.csv").stat().st_size, len(CSV), len(PERSON)]


def test_a_pipe_is_read_once_in_whatever_drops_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def drip() -> None:
        with path.open("wb", buffering=0) as pipe:
            for at in range(0, len(CSV), 7):
                pipe.write(CSV[at : at + 7])

    writer = threading.Thread(target=drip)
    writer.start()
    (item,) = read_file(path)
    writer.join()
    assert record(item).record.id == "p1"


@pytest.mark.parametrize("other", [str, lambda path: str(path.parent / "." / path.name), lambda path: f"{path}.link"])
def test_a_file_given_twice_is_refused_by_whatever_name(other: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    Path(f"{path}.link").symlink_to(path)
    with pytest.raises(RolequizError, match="is given twice"):
        refuse_repeats([Source(str(path)), Source(other(path))])
    with pytest.raises(RolequizError, match="given twice"):
        refuse_repeats([Source("<stdin>", BytesIO()), Source("<stdin>", BytesIO())])
    refuse_repeats([Source(str(path)), Source("<stdin>", BytesIO())])


def test_the_notes_of_a_file_that_is_looked_at_twice_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,team,q01\np1,x,1\n")
    notes = Notes()
    list(items([Source(str(path))], RULES, notes))
    assert len(notes.lines()) == 2


def test_yaml_without_a_parser_is_refused() -> None:
    with pytest.raises(RolequizError, match="YAML is not read here"):
        read(b"id: p1", "yaml", parse_yaml=None)


def test_format_of_believes_a_claim_unless_it_is_plainly_wrong() -> None:
    assert format_of("a.jsonl", b"oops\n", None, "id") == "jsonl"
    with pytest.raises(RolequizError, match="this is no text"):
        format_of("a.jsonl", b"\xff\x00" * 50, None, "id")
