"""JSON Schema of both files of a bank, from the same declaration that validates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from rolequiz.bank.misfits import CATALOGUE, FORM

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, Json]:
    """The schemas by the stem of the file that they describe: ``questions`` and ``roles``."""
    return {
        "questions": _finished(FORM.json_schema(), "A question bank of rolequiz: questions.yaml"),
        "roles": _finished(CATALOGUE.json_schema(), "A question bank of rolequiz: roles.yaml"),
    }


def _finished(schema: Json, title: str) -> Json:
    assert isinstance(schema, dict)
    closed = _closed(schema)
    assert isinstance(closed, dict)
    return {"$schema": DIALECT} | closed | {"title": title}


def _closed(value: Json) -> Json:
    """The same without titles that only repeat a key, and with mappings of languages closed to other keys."""
    if isinstance(value, list):
        return [_closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _closed(one) for key, one in value.items() if key != "title" or not isinstance(one, str)}
    if "patternProperties" in inner:
        inner |= {"additionalProperties": False, "minProperties": 1}
    if isinstance(inner.get("description"), str):
        inner["description"] = str(inner["description"]).replace("``", "").partition("\n\n")[0]
    return inner
