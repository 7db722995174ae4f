"""Files and streams: what is refused as a whole, where it is, and what to do."""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from zlib import compress

import pytest

from rolequiz.batch.cutting import items, pieces
from rolequiz.batch.formats import InputFormat, format_of, sniffed
from rolequiz.batch.notes import Notes
from rolequiz.batch.pieces import without_data
from rolequiz.batch.reading import records
from rolequiz.batch.records import Item
from rolequiz.batch.sources import Source, expanded, refuse_repeats
from rolequiz.errors import RolequizError
from tests.unit.batch.reading import RULES, codes, csv_file, csv_line, read, record, reject

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
        ("", "no file in this folder has an ending of answers"),
        ("a\0b", "this is no file name"),
    ):
        with pytest.raises(RolequizError, match=said) as caught:
            items([Source(f"{tmp_path}/{name}")], RULES, Notes())
        assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv.gz", CSV), ("a.CSV.GZ", CSV), ("a.jsonl.gz", PERSON), ("a.json.gz", PERSON), ("a", CSV)]
)
def test_compressed_files_are_read_as_what_they_hold(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    half = len(data) // 2
    path.write_bytes(gzip.compress(data[:half]) + gzip.compress(data[half:]))
    (item,) = read_file(path)
    assert record(item).record.id == "p1"
    with path.open("rb") as stream:
        assert [record(one).record.id for one in items([Source("<stdin>", stream)], RULES, Notes())] == ["p1"]


@pytest.mark.parametrize("cut", [3, 12, -9, -4, -1])
def test_a_damaged_archive_is_refused(cut: int, tmp_path: Path) -> None:
    assert "it is damaged" in refusal(gzip.compress(CSV)[:cut], "a.csv.gz", tmp_path).message
    assert "it is damaged" in refusal(gzip.compress(CSV)[:-8] + bytes(8), "a.csv.gz", tmp_path).message


def test_a_folder_is_its_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, person in (
        ("b.json", "b"),
        ("a/z.jsonl", "az"),
        ("a/b/c.yaml", "abc"),
        ("c.csv", "c"),
        ("d.csv.gz", "d"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = csv_file(csv_line(person)) if ".csv" in name else PERSON.replace(b"p1", person.encode())
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    for name in (".hidden.json", "readme.md", "old.rejects.jsonl", "old.manifest.json"):
        (tmp_path / name).write_text("no answers")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    notes = Notes()
    found = list(items([Source(str(tmp_path))], RULES, notes))
    assert [record(one).record.id for one in found] == ["abc", "az", "b", "c", "d"]
    assert record(found[0]).source == f"{tmp_path}/a/b/c.yaml"
    other, no_file = notes.lines()
    assert other.startswith("1 file in folders left out, by the ending no answers: ")
    assert no_file.startswith("1 in folders left out, no files (links, pipes): ")


def test_an_unreadable_file_of_a_folder_is_a_reject_for_it_was_a_record(tmp_path: Path) -> None:
    files = {
        "a.json": PERSON,
        "b.json": b"{oops",
        "c.json": b"",
        "d.yaml": b"\xff",
        "e.json": b'"text"',
        "f.json": PERSON,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    first, *rejects, last = items([Source(str(tmp_path))], RULES, Notes())
    assert record(first).source.endswith("a.json")
    assert record(last).source.endswith("f.json")
    assert [(reject(one).source[-6:], codes(one), reject(one).unit) for one in rejects] == [
        (name, [("", "malformed")], "record") for name in list(files)[1:5]
    ]
    assert [reject(one).raw for one in rejects] == ["{oops", "", "\\xff", '"text"']
    assert reject(rejects[0]).faults[0].message.startswith("1:2: no valid JSON")


def test_a_file_with_lines_in_a_folder_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(PERSON)
    (tmp_path / "b.csv").write_text("no,header\n")
    with pytest.raises(RolequizError, match=r"b\.csv:1: there is no column id"):
        items([Source(str(tmp_path))], RULES, Notes())


def test_a_file_inside_a_folder_that_is_given_too_is_given_twice(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(PERSON)
    with pytest.raises(RolequizError, match=r"given twice \(it is in the folder "):
        refuse_repeats([Source(str(tmp_path)), Source(f"{tmp_path}/a.json")])


def test_a_pattern_is_the_files_that_fit_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "c.json", "[1].csv"):
        (tmp_path / name).write_bytes(CSV)
    assert list(expanded([f"{tmp_path}/[ab].csv", "x.csv"])) == [f"{tmp_path}/a.csv", f"{tmp_path}/b.csv", "x.csv"]
    assert list(expanded([f"{tmp_path}/[1].csv"])) == [f"{tmp_path}/[1].csv"]
    with pytest.raises(RolequizError, match="no file fits this pattern"):
        list(expanded([f"{tmp_path}/*.xml"]))


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


def test_a_file_that_another_one_replaced_is_not_read_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_file(*(csv_line(f"p{n}") for n in range(50))))
    found = list(pieces([Source(str(path))], RULES, Notes(), size=500))
    other = tmp_path / "b.csv"
    other.write_bytes(csv_file(*(csv_line(f"n{n}") for n in range(50))))
    other.rename(path)
    piece = without_data(found[-1])
    with pytest.raises(RolequizError, match="it was replaced while it was read"):
        list(records(piece, RULES, Notes()))
