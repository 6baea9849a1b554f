"""Design tokens: the lengths that a stylesheet uses, by name."""

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.design_tokens import TOKENS, TokenThresholds, design_tokens
from workers.drafting.compose.merging import Declarations

PAGE: Declarations = (("font-size", "16px"), ("padding", "24px 24px 0"))
RULES: list[Declarations] = [
    (("font-size", "14px"), ("margin-top", "24px")),
    (("font-size", "24px"), ("border-radius", "8px"), ("gap", "-3px")),
    (("font-size", "40px"), ("border-radius", "8px"), ("width", "24px")),
    (("border-radius", "8px"), ("padding", "7px 120px")),
    (("margin-left", "7px"), ("gap", "120px"), ("margin", "120px 60px")),
    (("margin-left", "60px"), ("gap", "60px")),
]
MANY: list[Declarations] = [(("gap", f"{10 + 2 * (at % 9)}px"),) for at in range(54)]


def properties(thresholds: TokenThresholds = TOKENS) -> tuple[dict[str, str], ...]:
    return tuple(design_tokens(PAGE, r, thresholds).properties() for r in (RULES, MANY))


def test_sizes_are_named_by_how_they_differ_from_the_body_text() -> None:
    sizes = {name: value for name, value in properties()[0].items() if name.startswith("--text")}
    assert sizes == {
        "--text-sm": "14px",
        "--text-base": "16px",
        "--text-lg": "24px",
        "--text-xl": "40px",
    }


def test_a_distance_has_a_name_where_it_is_common() -> None:
    few = design_tokens(PAGE, RULES).properties()
    assert {name: v for name, v in few.items() if name.startswith("--space")} == {
        "--space-1": "24px",
        "--space-2": "60px",
    }
    assert few["--radius-1"] == "8px"


def test_a_scale_has_few_steps() -> None:
    assert sum(name.startswith("--space") for name in properties()[1]) == TOKENS.steps


def test_a_length_is_written_by_its_name() -> None:
    tokens = design_tokens(PAGE, RULES)
    assert tokens.written(RULES[0]) == (
        ("font-size", "var(--text-sm)"),
        ("margin-top", "var(--space-1)"),
    )
    assert tokens.written(RULES[1])[1:] == (("border-radius", "var(--radius-1)"), ("gap", "-3px"))
    assert tokens.written(RULES[2])[2] == ("width", "24px")  # a width is no distance
    assert dict(tokens.written(PAGE))["padding"] == "var(--space-1) var(--space-1) 0"


@off_by_two(TOKENS)
def test_each_threshold_of_tokens_matters(name: str, factor: float) -> None:
    assert properties(varied(TOKENS, name, factor)) != properties()
