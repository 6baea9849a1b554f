"""What a person sees on a page, one thing at a time, and how each thing differs."""

from dataclasses import dataclass, replace

from webapp.studio.events import DifferenceKind
from workers.imaging import Box

Move = tuple[float, float]  # across and down, CSS pixels, from the mockup to the render


@dataclass(frozen=True)
class Finding:
    """One way in which an item differs. `severity` 0 (nobody would see it) to 1 (all is wrong)."""

    kind: DifferenceKind
    expected: str
    got: str
    severity: float


@dataclass(frozen=True)
class Item:
    """A thing of the mockup, of the render or of both: `box` in CSS pixels of the mockup.

    `weight` is how much of the page a person sees in it. `name` says what it is, `selector` which
    element draws it, empty where none does. `moved` is how far it was found from its place.
    """

    name: str
    box: Box
    weight: float
    findings: tuple[Finding, ...] = ()
    selector: str = ""
    is_text: bool = False
    moved: Move = (0.0, 0.0)

    @property
    def severity(self) -> float:
        """All findings together: independent faults leave the product of what they leave."""
        rest = 1.0
        for finding in self.findings:
            rest *= 1 - finding.severity
        return 1 - rest

    def with_finding(self, finding: Finding) -> "Item":
        return replace(self, findings=(*self.findings, finding))
