"""What axe finds on a page, as differences, with what the mockup shows where contrast is low."""

from collections.abc import Sequence

from webapp.studio.events import Deviation, Difference, Rect
from workers.imaging import box_at_image_scale, to_rect
from workers.scoring.colour import contrast
from workers.scoring.deviations import are_colours_meant
from workers.scoring.item import Item
from workers.scoring.page_view import DrawnRun, PageView
from workers.scoring.text_items import quoted
from workers.shot import AccessibilityCheck, AccessibilityFinding, Contrast

MOST_FINDINGS = 20  # told at once: where there are more, the gravest
NOWHERE = Rect(x=0, y=0, width=0, height=0)


def accessibility_problems(
    mockup: PageView,
    render: PageView,
    text: Sequence[Item],
    deviations: Sequence[Deviation] = (),
) -> list[Difference]:
    """`text` are the lines that were compared, which tell where the mockup has those of the render.

    What the mockup has is not told where colours are meant to be otherwise.
    """
    check = render.accessibility or AccessibilityCheck()
    if check.failure:
        said = f"could not be checked: {check.failure}"
        return [_problem(AccessibilityFinding(said, "", NOWHERE))]
    told = []
    for finding in check.findings[:MOST_FINDINGS]:
        low = finding.contrast
        if low is None:
            told.append(_problem(finding))
            continue
        line = next((item for item in text if item.selector == finding.selector), None)
        is_meant = line is None or are_colours_meant(line, deviations)
        share = None if is_meant or line is None else _share(mockup, render, line)
        told.append(_low_contrast(finding, low, share))
    return told


def _problem(finding: AccessibilityFinding) -> Difference:
    words = f" {quoted(finding.text)}" if finding.text else ""
    return Difference(
        item=f"{finding.tag or 'page'}{words}",
        kind="accessibility",
        expected="",
        got=finding.rule,
        rect=finding.rect,
        selector=finding.selector,
        cost=0,
        count=finding.count,
    )


def _low_contrast(finding: AccessibilityFinding, low: Contrast, share: float | None) -> Difference:
    """`share`: of the contrast, that the mockup has there; None where nobody knows."""
    wanted = _ratio(low.wanted)
    if share is not None:
        shown = share * low.measured
        about = _ratio(round(shown, 1))
        if shown < low.wanted:
            wanted += f", or the mockup’s: about {about}"
        else:
            wanted += f"; the mockup has about {about}"
    return Difference(
        item=f"text {quoted(finding.text)}",
        kind="low_contrast",
        expected=wanted,
        got=f"{_ratio(low.measured)}, {low.colour} on {low.ground}",
        rect=finding.rect,
        selector=finding.selector,
        cost=0,
        count=finding.count,
    )


def _share(mockup: PageView, render: PageView, line: Item) -> float | None:
    """The contrast of a line on the mockup to that on the render, both read off their pixels: thin
    strokes look paler than they are, on either side alike. None where the mockup has no such line.
    """
    runs = (run for run in render.runs if isinstance(run, DrawnRun))
    drawn = next((run for run in runs if run.dom and run.dom.selector == line.selector), None)
    if drawn is None or any(finding.kind in {"extra", "missing"} for finding in line.findings):
        return None
    shown = mockup.look(box_at_image_scale(to_rect(line.box, 1), mockup.scale))
    if shown is None:
        return None
    return contrast(shown.colour, shown.ground) / contrast(drawn.colour, drawn.background)


def _ratio(value: float) -> str:
    return f"{value:g} : 1"
