"""What ``benchmarks/batch.py`` compares ``rolequiz score`` with: each a program that reads one file and writes another.

    python benchmarks/batch_rivals.py NAME IN OUT [--master MASTER]

The pass-throughs of Polars and Spark score nothing: they only read and write.
pandas and the csv module give the columns of ``rolequiz score``.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from time import perf_counter

MASTER = "local-cluster[2,1,1024]"


def polars_csv(source: Path, target: Path) -> None:
    """Polars, the whole file at once, every cell a string."""
    import polars as pl

    pl.read_csv(source, infer_schema=False).write_csv(target)


def polars_csv_streaming(source: Path, target: Path) -> None:
    """Polars, in pieces, every cell a string."""
    import polars as pl

    pl.scan_csv(source, infer_schema=False).sink_csv(target)


def polars_parquet(source: Path, target: Path) -> None:
    """Polars, the whole file at once."""
    import polars as pl

    pl.read_parquet(source).write_parquet(target)


def spark(source: Path, target: Path, master: str = MASTER) -> None:
    """Spark, every cell a string. Prints the seconds from before the session to the end of the writing."""
    import pyspark
    from pyspark.sql import SparkSession

    began = perf_counter()
    session = SparkSession.builder.master(master).config("spark.ui.enabled", "false").getOrCreate()
    session.read.csv(str(source), header=True).write.csv(str(target), header=True)
    print(f"seconds {perf_counter() - began}")
    files = Path(
        os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent, "work", session.sparkContext.applicationId
    )
    session.stop()
    rmtree(files, ignore_errors=True)


def csv_module(source: Path, target: Path) -> None:
    """The csv module around the core, one record after the other."""
    from rolequiz.bank.load import load
    from rolequiz.bank.shipped import shipped_bank
    from rolequiz.core.assess import assess
    from rolequiz.core.score import sheet_of
    from rolequiz.core.table import compile_table, digest

    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    stamp = [bank.id, bank.version, digest(table)]
    names = [f"{kind}_{role}" for role in table.roles for kind in ("points", "fit", "certainty", "place")]
    with source.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
        reader, writer = csv.reader(file), csv.writer(out, lineterminator="\n")
        questions = next(reader)[1:]
        writer.writerow(
            ["id", "status", "mode", "answered", "top", "tie", "shape", "label", "lead", *names]
            + [f"trait_{trait}" for trait in table.traits]
            + ["flags", "bank", "version", "digest"]
        )
        for person, *cells in reader:
            answers = {question: int(cell) for question, cell in zip(questions, cells, strict=True) if cell}
            found = assess(table, sheet_of(table, answers))
            row: list[object] = [person, found.status, found.mode, found.answered, ";".join(found.top)]
            row += ["true" if found.tie else "false", found.shape, found.label, found.lead]
            for role in table.roles:
                one = found.role(role)
                row += [one.points, one.fit, one.certainty, one.place]
            row += [trait.points for trait in found.traits]
            writer.writerow([*row, ";".join(flag.id for flag in found.flags), *stamp])


def pandas(source: Path, target: Path) -> None:
    """pandas as a user would write it: a map of points for each question, then sums, ranks and words by column."""
    import numpy as np
    import pandas as pd

    from rolequiz.bank.load import load
    from rolequiz.bank.shipped import shipped_bank
    from rolequiz.core.table import compile_table, digest

    bank = load(shipped_bank())
    table = compile_table(bank.form, bank.catalogue)
    frame = pd.read_csv(source)
    questions = [item.id for item in table.items]

    traits = pd.DataFrame(index=frame.index)
    squares = 0
    for t, trait in enumerate(table.traits):
        total = 0
        for item in table.items:
            if t in item.touches:
                points = frame[item.id].map({n: dict(one).get(t, 0) for n, one in enumerate(item.traits, 1)}).fillna(0)
                total += points
                squares += points**2
        traits[trait] = total
    roles = pd.DataFrame(index=frame.index)
    for r, role in enumerate(table.roles):
        roles[role] = sum(
            frame[item.id].map({n: one[r] for n, one in enumerate(item.roles, 1)}).fillna(0) for item in table.items
        )

    out = frame[["id"]].copy()
    answered = frame[questions].notna().sum(axis=1)
    share = answered / len(questions)
    out["status"] = np.select([share >= 0.8, share >= 0.5], ["full", "provisional"], "insufficient")
    is_ranked = out["status"] != "insufficient"
    out["mode"] = "full"
    out["answered"] = answered
    best = roles.max(axis=1)
    top = pd.Series("", index=frame.index)
    for role in table.roles:
        top += np.where(roles[role] == best, f";{role}", "")
    out["top"] = top.str[1:].where(is_ranked)
    is_tied = roles.eq(best, axis=0).sum(axis=1) > 1
    out["tie"] = (is_tied & is_ranked).map({True: "true", False: "false"})

    weights = 2.0 ** (roles.sub(best, axis=0) / table.doubling)
    certainty = weights.div(weights.sum(axis=1), axis=0)
    highest = certainty.max(axis=1)
    label = np.select(
        [is_tied, highest >= 0.9, highest >= 0.75, highest >= 0.6], ["mixed", "clear", "firm", "leaning"], "mixed"
    )
    label = np.where((out["status"] == "provisional") & (label != "mixed"), "leaning", label)
    is_pair = np.sort(certainty.to_numpy(), axis=1)[:, -2:].sum(axis=1) >= 0.85
    shape = np.select([label != "mixed", is_pair], ["single", "pair"], "open")
    out["shape"] = pd.Series(shape, index=frame.index).where(is_ranked)
    out["label"] = pd.Series(label, index=frame.index).where(is_ranked)
    ordered = np.sort(roles.to_numpy(), axis=1)
    out["lead"] = pd.Series(ordered[:, -1] - ordered[:, -2], index=frame.index).astype("Int64").where(is_ranked)
    places = roles.rank(axis=1, method="min", ascending=False)
    for role, span in zip(table.roles, table.role_ranges, strict=True):
        points = (roles[role] - span.low).astype(int)
        out[f"points_{role}"] = points
        out[f"fit_{role}"] = 100 * points / span.span
        out[f"certainty_{role}"] = certainty[role].where(is_ranked)
        out[f"place_{role}"] = places[role].astype("Int64").where(is_ranked)
    for trait, span in zip(table.traits, table.trait_ranges, strict=True):
        out[f"trait_{trait}"] = (traits[trait] - span.low).astype(int)

    run = longest = pd.Series(1, index=frame.index)
    for before, after in pairwise(questions):
        run = (run + 1).where(frame[after] == frame[before], 1)
        longest = np.maximum(longest, run)
    agreement = pd.DataFrame(
        {item.id: frame[item.id].map(dict(enumerate(item.raw, 1))) for item in table.items if item.raw}
    ).sum(axis=1, skipna=False)
    flags = pd.Series("", index=frame.index)
    flags += np.where(longest >= 8, ";straight-lining", "")
    flags += np.where(agreement.abs() >= table.agreement_bias, ";agreement-bias", "")
    flags += np.where((traits**2).sum(axis=1) - squares <= table.inconsistent, ";inconsistent", "")
    out["flags"] = flags.str[1:]
    out["bank"], out["version"], out["digest"] = bank.id, bank.version, digest(table)
    out.to_csv(target, index=False)


RIVALS: dict[str, Callable[[Path, Path], None]] = {
    "polars-csv": polars_csv,
    "polars-csv-streaming": polars_csv_streaming,
    "polars-parquet": polars_parquet,
    "csv-module": csv_module,
    "pandas": pandas,
    "spark": spark,
}


def main() -> None:
    """Do one job."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=RIVALS)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--master", default=MASTER, help="of Spark")
    args = parser.parse_args()
    if args.name == "spark":
        spark(args.source, args.target, args.master)
    else:
        RIVALS[args.name](args.source, args.target)


if __name__ == "__main__":
    main()
