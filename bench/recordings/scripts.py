"""What is done on each page of `pages/`: the truth that a recording of it is read against."""

from dataclasses import dataclass, field
from pathlib import Path

from webapp.studio.storyboard import ActionKind


@dataclass(frozen=True)
class Step:
    """One action and the name of the state that it leads to; a name seen before is that state.
    Scrolling leads to the state itself, which is seen as one long picture.

    `target` and `to` are CSS selectors, `scroll_by` is CSS pixels, `seconds` how long the page is
    left alone afterwards. `text` is typed, or the name of a key.
    """

    kind: ActionKind
    state: str
    target: str = ""
    text: str = ""
    to: str = ""
    scroll_by: float = 0.0
    seconds: float = 1.0


@dataclass(frozen=True)
class Script:
    """A page with what is done on it. The first state is called `start`; CSS pixels."""

    page: str
    steps: tuple[Step, ...]
    width: int = 1280
    height: int = 800
    folder: str = "pages"

    @property
    def file(self) -> Path:
        return Path(__file__).parent / self.folder / f"{self.page}.html"


@dataclass(frozen=True)
class Camera:
    """How a page is recorded. `crf` is the encoder's constant rate factor: more is noisier."""

    fps: int = 30
    cursor: bool = True
    scale: int = 1
    crf: int = 23
    suffix: str = field(default=".mp4")


# each page with the next: every rate, with and without a cursor, little and much noise, 1x and 2x
CAMERAS = (
    Camera(fps=30),
    Camera(fps=60, crf=28),
    Camera(fps=10, suffix=".webm", crf=30),
    Camera(fps=30, cursor=False),
    Camera(fps=30, scale=2, crf=26),
)


def click(state: str, target: str, seconds: float = 1.0) -> Step:
    return Step("click", state, target, seconds=seconds)


SCRIPTS: tuple[Script, ...] = (
    Script(
        "menu",
        (
            click("account open", "#me button"),
            click("start", "#me button"),
            click("new open", "#new button"),
            click("account open", "#me button"),
            click("profile", "#profile"),
        ),
    ),
    Script(
        "tabs",
        (click("sizes", "#t2"), click("reviews", "#t3"), click("delivery", "#t4"),
         click("start", "#t1")),
    ),
    Script(
        "modal",
        (
            click("dialog", "#new"),
            Step("type", "named", "#name", "Winter campaign"),
            click("created", "#yes"),
            click("dialog again", "#new"),
            Step("key", "created, focused", text="Escape"),
        ),
    ),
    Script(
        "carousel",
        (click("second", "#next"), click("third", "#next"), click("second", "#prev"),
         click("start", "#dots i:nth-child(1)")),
    ),
    Script(
        "accordion",
        (click("first open", "#q1 button"), click("both open", "#q3 button"),
         click("third open", "#q1 button"), click("start", "#q3 button")),
    ),
    Script(
        "form",
        (
            click("refused", "#go"),
            Step("type", "email", "#e", "ada@north.example"),
            Step("type", "filled", "#p", "marsh-works"),
            click("done", "#go"),
        ),
    ),
    Script(
        "drag",
        (Step("drag", "moved", "#c2", to="#doing"), Step("drag", "finished", "#c4", to="#done"),
         Step("drag", "all moved", "#c1", to="#doing")),
    ),
    Script(
        "hover",
        (Step("hover", "ines", "#p1"), Step("hover", "tom", "#p2"), Step("hover", "sam", "#p4"),
         Step("hover", "tip", "#tip")),
    ),
    Script(
        "scroll",
        (Step("scroll", "start", scroll_by=600), Step("scroll", "start", scroll_by=600),
         Step("scroll", "start", scroll_by=-1200)),
    ),
    Script(
        "dark",
        (Step("check", "dark", "#dark"), Step("check", "no mail", "#mail"),
         Step("check", "light", "#dark"), Step("check", "start", "#mail")),
    ),
    Script(
        "toast",
        (click("saved", "#save", 1.4), Step("wait", "start", seconds=1.6),
         click("listed", "#list", 1.4), Step("wait", "start", seconds=1.6)),
    ),
    Script(
        "pages",
        (click("documentation", "header a[href='#docs']"),
         click("pricing", "header a[href='#pricing']"), Step("back", "documentation"),
         click("start", "header a[href='#home']")),
    ),
    Script(
        "filter",
        (Step("type", "fern", "#q", "fern"), Step("type", "palm", "#q", "palm"),
         Step("type", "start typed", "#q", "pla")),
    ),
    Script(
        "infinite",
        (Step("scroll", "start", scroll_by=500, seconds=1.5),
         Step("scroll", "start", scroll_by=600, seconds=1.5)),
        width=1024, height=700,
    ),
    Script(
        "slider",
        (Step("drag", "more money", "#a .knob", to="@210,0"),
         Step("drag", "more months", "#m .knob", to="@120,0"),
         Step("drag", "less money", "#a .knob", to="@-150,0")),
    ),
    Script(
        "checklist",
        (Step("check", "one", "#c1"), Step("check", "two", "#c3"), Step("check", "three", "#c5"),
         Step("check", "two again", "#c1")),
        width=900, height=700,
    ),
)  # fmt: skip

# other looks and contents, on which nothing is tuned
HELD_OUT: tuple[Script, ...] = (
    Script(
        "faq",
        (click("heated", "#q1 button"), click("dog", "#q2 button"), click("rain", "#q3 button"),
         click("start", "#q3 button")),
        folder="held_out",
    ),
    Script(
        "account",
        (click("billing", "#b"), click("devices", "#c"), click("start", "#a")),
        width=390, height=700, folder="held_out",
    ),
    Script(
        "dates",
        (click("calendar", "#day"), click("ninth", "#d9"), click("again", "#day"),
         click("twentieth", "#d20")),
        width=900, height=700, folder="held_out",
    ),
    Script(
        "drawer",
        (click("menu", "#open"), click("start", "#veil")),
        width=900, height=640, folder="held_out",
    ),
    Script(
        "todo",
        (Step("check", "one", "#c2"), Step("check", "two", "#c3"),
         Step("check", "one left", "#c2")),
        width=800, height=600, folder="held_out",
    ),
    Script(
        "gallery",
        (click("side", "#v1"), click("seat", "#v2"), click("joint", "#v3"), click("start", "#v0")),
        folder="held_out",
    ),
)  # fmt: skip

# usual things built in the usual ways: native controls, a menu over text, pills, a toast
VARIED: tuple[Script, ...] = (
    Script(
        "navbar",
        (click("walks", "#walks"), click("places", "#places"), click("start", "#places"),
         click("walks", "#walks"), click("start", "#hut")),
        folder="varied",
    ),
    Script(
        "pills",
        (click("runs", "#k2"), click("rides", "#k3"), click("notes", "#k4"), click("start", "#k1")),
        folder="varied",
    ),
    Script(
        "cookies",
        (click("asked", "#manage"), click("start", "#no"), click("asked", "#manage"),
         Step("key", "start, focused", text="Escape")),
        folder="varied",
    ),
    Script(
        "help",
        (click("lost", "#a1 div"), click("both", "#a2 div"), click("transfer", "#a1 div"),
         click("start", "#a2 div")),
        folder="varied",
    ),
    Script(
        "shopping",
        (Step("check", "one", "#i2"), Step("check", "two", "#i4"), Step("check", "three", "#i1"),
         Step("check", "two left", "#i2")),
        width=800, height=560, folder="varied",
    ),
    Script(
        "staff",
        (Step("type", "design", "#f", "design"), Step("type", "finn", "#f", "finn")),
        width=1100, height=640, folder="varied",
    ),
    Script(
        "profile",
        (Step("type", "named", "#name", "Iris Vale"), Step("type", "filled", "#city", "Turku"),
         click("saved", "#save", 1.4), Step("wait", "filled again", seconds=1.6)),
        width=1000, height=600, folder="varied",
    ),
    Script(
        "night",
        (click("night", "#t"), click("start", "#t")),
        width=1000, height=640, folder="varied",
    ),
    Script(
        "steps",
        (click("address", "#next"), click("done", "#next"), click("address", "#back"),
         click("start", "#back")),
        width=1000, height=640, folder="varied",
    ),
    Script(
        "lamp",
        (Step("drag", "brighter", "#b", to="@180,0"), Step("drag", "warmer", "#w", to="@120,0"),
         Step("drag", "darker", "#b", to="@-100,0")),
        width=800, height=480, folder="varied",
    ),
)  # fmt: skip
GROUPS = {"own": SCRIPTS, "held-out": HELD_OUT, "varied": VARIED}
ALL = (*SCRIPTS, *HELD_OUT, *VARIED)
