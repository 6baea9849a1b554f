"""Thresholds off by a factor of two: each must change what its stage makes of a small corpus."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import pytest

Record = TypeVar("Record")


def off_by_two(record: Any, one_way: Mapping[str, float] | None = None) -> pytest.MarkDecorator:
    """Every field of a record of thresholds halved and doubled; those in `one_way` by the factor
    named there alone."""
    cases = [
        (field.name, factor)
        for field in fields(record)
        for factor in (0.5, 2)
        if (one_way or {}).get(field.name, factor) == factor
    ]
    return pytest.mark.parametrize(("name", "factor"), cases)


def varied(record: Record, name: str, factor: float) -> Record:
    """The record with one field times `factor`; whole numbers stay whole."""
    value = getattr(record, name)
    changed = round(value * factor) if isinstance(value, int) else value * factor
    return replace(record, **{name: changed})  # type: ignore[type-var]
