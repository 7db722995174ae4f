"""The form and the key as a browser prints them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rolequiz.bank.load import load
from rolequiz.bank.shipped import load_wording, shipped_bank
from rolequiz.core.table import compile_table
from rolequiz.report.key_sheet import key_sheet
from rolequiz.report.paper import paper_form
from rolequiz.report.voice import Voice
from rolequiz.report.wording import Wording

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.web,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
]

A4 = (595, 842)
"""Points of the format, rounded."""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("is_key", [False, True], ids=["form", "key"])
def test_it_is_two_pages_of_a4(tmp_path: Path, lang: str, is_key: bool) -> None:
    bank = load(shipped_bank())
    voice = Voice(bank, lang, Wording(lang, load_wording(lang), load_wording("en")))
    text = key_sheet(voice, compile_table(bank.form, bank.catalogue)) if is_key else paper_form(voice)
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(text, encoding="utf-8")
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed.read_bytes())
    assert [(round(float(width)), round(float(height))) for width, height in sizes] == [A4, A4]
