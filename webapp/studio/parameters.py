"""What a person chose when they pressed Generate."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MockupParameters:
    """An asset, and the pixel ratio a person says it was drawn at."""

    asset_id: str
    scale: float


@dataclass(frozen=True)
class RunParameters:
    """What a run is asked to do, and with which model."""

    prompt: str
    stack: str
    model: str
