"""`manage.py arena`: a folder of mockups, held against several models by the service's queue."""

import re
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.arenas import ArenaCell, ArenaTable, arena_table, newest_round
from webapp.studio.catalog.options import check_available
from webapp.studio.errors import BadRequest, MockwrightError, QueueUnavailable
from webapp.studio.models import RunGroup
from webapp.studio.parameters import MockupParameters, VariantParameters, check_words
from webapp.studio.stacks import DEFAULT_STACK
from webapp.studio.storage import blobs
from workers.imaging import decode_png, encode_png
from workers.management.command_line import FAILED, STOPPED, missing, reason_of, wrong
from workers.management.commands.draft import SUFFIXES, find_connected
from workers.management.printed import arena_text, cell_text
from workers.scoring import beside

PDF = ".pdf"
LOOKED_EVERY = 0.5  # seconds
TOLD_AFTER = 30.0  # seconds without a worker


@dataclass(frozen=True)
class ArenaOptions:
    """What is held against what. `out` is where the table and the renders go, None for nowhere."""

    name: str
    pictures: tuple[Path, ...]
    variants: tuple[VariantParameters, ...]
    out: Path | None


class Command(BaseCommand):
    help = (
        "Hold mockups against several models: score, time, tokens and cost of each. "
        "Needs the service (make up), which keeps the arena and shows it. Interrupted, the same "
        "command goes on. Exit code 1: a run failed; 2: wrong input."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="of pictures and PDFs")
        parser.add_argument(
            "--models", required=True, metavar="A,B", help="draft, endpoint, endpoint:<label>, …"
        )
        parser.add_argument(
            "--prompts", nargs="+", type=Path, default=[], metavar="FILE", help="words, a file each"
        )
        parser.add_argument("--name", help="of the arena; that of FOLDER unless given")
        parser.add_argument("--stack", default=DEFAULT_STACK)
        parser.add_argument("--out", type=Path, metavar="DIR", help="for table.json and renders")
        parser.add_argument("--json", action="store_true", help="print the table as JSON")

    def handle(self, *args: object, **options: object) -> None:
        try:
            chosen = read_options(options)
            group = start(chosen)
        except DatabaseError as error:
            raise wrong("There is no database here yet. Start the service: make up.") from error
        try:
            follow(group, self._tell)
        except KeyboardInterrupt:
            said = "The runs go on by themselves. The same command goes on with them."
            raise CommandError(said, returncode=STOPPED) from None
        table = table_of(group)
        if chosen.out is not None:
            write_arena(chosen.out, table)
        if options["json"]:
            self.stdout.write(table.model_dump_json(indent=2))
        else:
            self.stdout.write(arena_text(table))
        failed = [cell for row in table.rows for cell in row.cells if cell and cell.problem]
        if failed:
            runs = sum(len(row.cells) for row in table.rows)
            raise CommandError(f"{len(failed)} of {runs} runs failed.", returncode=FAILED)

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence)


def read_options(options: dict[str, object]) -> ArenaOptions:
    """The command line, checked. Raises CommandError with one sentence and a remedy."""
    folder, models, prompts, out = (options[key] for key in ("folder", "models", "prompts", "out"))
    name, stack = options["name"], str(options["stack"])
    assert isinstance(folder, Path) and isinstance(models, str) and isinstance(prompts, list)
    assert out is None or isinstance(out, Path)
    if not folder.exists():
        raise missing(folder)
    if not folder.is_dir():
        raise wrong(f"{folder} is no folder. Put the mockups into one, and name that.")
    endings = {*SUFFIXES, PDF}
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in endings)
    if not pictures:
        raise wrong(f"There is no picture in {folder}. Put PNG, JPEG, WebP or PDF files there.")
    if out is not None and out.exists() and not out.is_dir():
        raise wrong(f"{out} is not a folder. Choose another place with --out.")
    named = [model_of(one.strip(), stack) for one in models.split(",") if one.strip()]
    given = [VariantParameters(model, stack) for model in named]
    variants = services.contestants(local_user(), given, [read_prompt(path) for path in prompts])
    name = folder.resolve().name if name is None else str(name)
    return ArenaOptions(name, tuple(pictures), tuple(variants), out)


def model_of(name: str, stack: str) -> str:
    """The id of a model that there is. Raises CommandError."""
    connected = find_connected(name)
    model = connected.model_id if connected else name
    try:
        check_available(
            model, stack, [connected] if connected else [], with_tests=settings.TEST_MODELS
        )
    except BadRequest as error:
        raise wrong(reason_of(error)) from error
    return model


def read_prompt(path: Path) -> tuple[str, str]:
    """Its name and its text. Raises CommandError."""
    try:
        text = path.read_text()
        check_words(text)
    except FileNotFoundError as error:
        raise missing(path) from error
    except UnicodeDecodeError as error:
        raise wrong(f"{path} is no text. Save it as UTF-8.") from error
    except BadRequest as error:
        raise wrong(f"{path}: {reason_of(error)}") from error
    return path.name, text


def start(options: ArenaOptions) -> RunGroup:
    """The round that is under way, or a new one. Raises CommandError."""
    if not queries.has_living_worker():
        raise wrong("No worker takes runs here. Start the service with make up, then come again.")
    owner, mockups = local_user(), []
    for path in options.pictures:
        try:
            with path.open("rb") as file:
                assets = services.create_assets(owner, path.name, file)
        except (MockwrightError, OSError) as error:
            raise wrong(f"{path}: {reason_of(error)}") from error
        mockups += [MockupParameters(str(asset.id), asset.scale) for asset in assets]
    try:
        return services.start_round(owner, options.name, mockups, options.variants)
    except QueueUnavailable:  # all is stored: a worker finds it by itself
        return newest_round(owner, options.name)
    except BadRequest as error:
        raise wrong(reason_of(error)) from error


def follow(group: RunGroup, tell: Callable[[str], None]) -> None:
    """Wait until every run of a round has ended, and tell of each as it does."""
    told: set[str] = set()
    heard = time.monotonic()
    warned = False
    while True:
        table = table_of(group)
        for row, variant, cell in cells_of(table):
            if cell.state in {"finished", "failed"} and cell.run_id not in told:
                told.add(cell.run_id)
                tell(f"{row} · {variant}: {cell_text(cell)}")
        if len(told) == sum(1 for _ in cells_of(table)):
            return
        if queries.has_living_worker():
            heard, warned = time.monotonic(), False
        elif time.monotonic() - heard > TOLD_AFTER and not warned:
            warned = True
            tell("No worker is heard of: the runs wait until the service is started again.")
        time.sleep(LOOKED_EVERY)


def table_of(group: RunGroup) -> ArenaTable:
    arena = group.arena
    assert arena is not None
    numbers = [str(one.id) for one in arena.rounds.all()]
    return arena_table(arena, numbers.index(str(group.id)) + 1)


def cells_of(table: ArenaTable) -> Iterator[tuple[str, str, ArenaCell]]:
    """Each run with the names of its mockup and model."""
    for row in table.rows:
        for variant, cell in zip(table.variants, row.cells, strict=True):
            if cell is not None:
                yield row.name, variant, cell


def write_arena(out: Path, table: ArenaTable) -> None:
    """The table as JSON; of each mockup a picture of it and the renders, side by side, and a
    folder with each. Raises CommandError where that cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "table.json").write_text(table.model_dump_json(indent=2))
        for number, row in enumerate(table.rows, start=1):
            folder = out / f"{number:02d}-{_file_name(Path(row.name).stem)}"
            folder.mkdir(exist_ok=True)
            pictures = {"mockup": row.mockup_sha256}
            for variant, cell in zip(table.variants, row.cells, strict=True):
                if cell is not None and cell.render_sha256:
                    pictures[_file_name(variant)] = cell.render_sha256
            data = {name: blobs().get(digest) for name, digest in pictures.items()}
            for name, png in data.items():
                (folder / f"{name}.png").write_bytes(png)
            sheet = beside([decode_png(png) for png in data.values()])
            folder.with_suffix(".png").write_bytes(encode_png(sheet))
    except (OSError, KeyError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "A render is no longer stored."
        raise wrong(f"{reason} Choose another place with --out.") from error


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "unnamed"
