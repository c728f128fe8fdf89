"""The contract: what is generated is current, and a record has no gaps."""

from __future__ import annotations

import pytest

from gpucanvas.contract.__main__ import main
from gpucanvas.contract.records import RECORDS, record


def test_generated_glsl_is_current() -> None:
    assert main(["--check"]) == 0


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_its_words(name: str) -> None:
    assert RECORDS[name].dtype.itemsize == 4 * RECORDS[name].words


def test_a_field_that_is_no_word_is_refused_with_its_cure() -> None:
    with pytest.raises(TypeError, match=r"Bad.wide is 8: declare it with u32\(\), i32\(\) or f32\(\)"):
        record("Bad", "no record", wide=8)  # type: ignore[arg-type]
