"""One rank of a training run.

Frozen: it made the checkpoint that is shipped, and is kept so that this can be repeated. Nothing is
added to it; the mini is there to be served.
"""

import json
import math
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import distributed

from modelserver.mini.batches import Batch, collate, fixed_samples, training_batches
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.config import Settings, sizes
from modelserver.mini.data import MARKS, Sample, Shards
from modelserver.mini.evaluate import free_running, teacher_forced
from modelserver.mini.model import Mini
from modelserver.mini.objective import AuxiliaryHead, seed_codes, token_loss, token_weights
from modelserver.mini.optim import FlatAdamW
from modelserver.mini.plots import METRICS, draw_plots
from modelserver.mini.vocabulary import ID, TOKENS

VALIDATION_BATCH = 16
FREE_SAMPLES = 100  # answered greedily when training ends
PASSES_APART = 1000  # per step made: a resumed run numbers its passes anew and sees new orders


@dataclass(frozen=True)
class Place:
    """Where a rank finds its data, leaves its results and meets the others."""

    data: Path
    run: Path
    rank: int
    resume: bool


@dataclass
class Progress:
    """Of the whole run. `seconds` were spent before this process started the clock."""

    seconds: float = 0.0
    samples: int = 0
    fraction: float = 0.0
    losses: tuple[float, ...] = ()  # since the last report
    auxiliary: float = 0.0
    gradient_norm: float = 0.0


class Trainer:
    """Model, optimiser and clock of one rank; rank 0 also reports and saves."""

    def __init__(self, settings: Settings, place: Place) -> None:
        self.settings, self.place = settings, place
        torch.manual_seed(settings.seed)
        config = sizes(settings.device, len(TOKENS), ID["<|media_pad|>"])
        self.model = Mini(config)
        seed_codes(self.model)
        self.head = AuxiliaryHead(config.hidden_size, MARKS, config.vision)
        self.progress = Progress()
        kept = Checkpoint.load(place.run) if place.resume else None
        if kept:
            self.model.load_state_dict(kept.model)
            self.head.load_state_dict(kept.head)
            self.progress = replace(self.progress, seconds=kept.elapsed, samples=kept.samples)
        self.model.to(settings.device)
        self.head.to(settings.device)
        named = [*self.model.named_parameters(), *self.head.named_parameters()]
        self.optimiser = FlatAdamW(named, settings.weight_decay, settings.clip)
        if kept:
            self.optimiser.restore(kept.moments)
        self.first_step = self.optimiser.steps
        self.weights = token_weights(len(TOKENS), settings.attribute_weight).to(settings.device)
        self.started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds of training, over all resumptions."""
        return self.progress.seconds + time.monotonic() - self.started

    def train(self) -> None:
        """Learns until the minutes are over."""
        settings, reporter = self.settings, Reporter(self) if self.place.rank == 0 else None
        self.model.train()
        for batch in training_batches(self._epoch, settings.batch, self._simple_only):
            self.progress.fraction = self._agreed_fraction()
            if self.progress.fraction >= 1:
                break
            self.learn(batch.to(settings.device))
            if reporter:
                reporter.tick()
        if reporter:
            reporter.finish()

    def learn(self, batch: Batch) -> None:
        """One step on one batch per rank."""
        settings, progress = self.settings, self.progress
        self.model.quantise(progress.fraction >= settings.quantise_from)
        vision = self.model.see(batch.images)
        logits = self.model(batch.ids, vision, batch.asked)
        loss, reported = token_loss(logits, batch, self.weights)
        auxiliary = self.head(vision, batch.marks)
        (loss + settings.auxiliary_weight * auxiliary).backward()
        self.optimiser.average(settings.processes)
        share = self.schedule()
        progress.gradient_norm = self.optimiser.step(settings.learning_rate * share)
        self._balance(settings.balance_rate * share)
        progress.samples += len(batch.ids) * settings.processes
        progress.losses += (float(reported),)
        progress.auxiliary = float(auxiliary.detach())

    def schedule(self) -> float:
        """The share of the learning rate: linear warm-up by steps, cosine by the clock."""
        settings = self.settings
        cosine = 0.5 * (1 + math.cos(math.pi * self.progress.fraction))
        warmup = min(1.0, (self.optimiser.steps + 1) / settings.warmup_steps)
        return warmup * (settings.floor + (1 - settings.floor) * cosine)

    def checkpoint(self) -> Checkpoint:
        masters = self.optimiser.masters()
        model, head = self.model.state_dict(), self.head.state_dict()
        return Checkpoint(
            config=self.model.config,
            model={name: masters.get(name, kept) for name, kept in model.items()},
            head={name: masters[name] for name in head},
            moments=self.optimiser.moments(),
            elapsed=self.elapsed,
            samples=self.progress.samples,
            quantised=self.progress.fraction >= self.settings.quantise_from,
        )

    def _epoch(self, number: int) -> Iterable[Sample]:
        shards = Shards(self.place.data, "train", self.settings.seed)
        first = self.first_step * PASSES_APART
        return shards.epoch(first + number, self.place.rank, self.settings.processes)

    def _simple_only(self) -> bool:
        return self.progress.fraction < self.settings.simple_until

    def _agreed_fraction(self) -> float:
        """Rank 0's clock decides for all."""
        fraction = torch.tensor([self.elapsed / (60 * self.settings.minutes)])
        if self.settings.processes > 1:
            distributed.broadcast(fraction, 0)
        return float(fraction)

    def _balance(self, rate: float) -> None:
        mixtures = self.model.mixtures()
        loads = torch.stack([mixture.load for mixture in mixtures])
        if self.settings.processes > 1:
            distributed.all_reduce(loads)
        for mixture, load in zip(mixtures, loads, strict=True):
            mixture.load = load
            mixture.gate.balance(load, rate)


class Reporter:
    """Validates, logs and saves on the clock."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, settings = trainer, trainer.settings
        samples = fixed_samples(trainer.place.data, settings.validation_samples)
        self.batches = [
            collate(samples[at : at + VALIDATION_BATCH]).to(settings.device)
            for at in range(0, len(samples), VALIDATION_BATCH)
        ]
        self.validate_at = self.save_at = 0.0
        self.since = (trainer.elapsed, trainer.progress.samples)

    def tick(self) -> None:
        """After every step: reports or saves when it is time to."""
        trainer, settings = self.trainer, self.trainer.settings
        if trainer.elapsed >= self.validate_at:
            self.report()
            self.validate_at = trainer.elapsed + 60 * settings.validation_minutes
        if trainer.elapsed >= self.save_at:
            trainer.checkpoint().save(trainer.place.run)
            self.save_at = trainer.elapsed + 60 * settings.checkpoint_minutes

    def report(self) -> None:
        """Scores the model now; one line for a person, one for the plots."""
        trainer, progress = self.trainer, self.trainer.progress
        seconds, samples = self.since
        speed = (progress.samples - samples) / max(trainer.elapsed - seconds, 1e-9)
        trainer.model.eval()
        scores = teacher_forced(trainer.model, self.batches)
        with torch.no_grad():
            vision = trainer.model.see(self.batches[0].images).float()
        load = [float(m.load.max() / m.load.mean()) for m in trainer.model.mixtures()]
        trainer.model.train()
        record = {
            "step": trainer.optimiser.steps,
            "minutes": trainer.elapsed / 60,
            "fraction": progress.fraction,
            "samples": progress.samples,
            "samples_per_second": speed,
            "train_loss": sum(progress.losses) / max(len(progress.losses), 1),
            "validation_loss": scores.loss,
            "exact": scores.exact,
            "groups": scores.groups,
            "auxiliary_loss": progress.auxiliary,
            "router_load": load,
            "feature_rms": float(vision.square().mean().sqrt()),
            "gradient_norm": progress.gradient_norm,
            "quantised": progress.fraction >= trainer.settings.quantise_from,
        }
        self._write(record)
        progress.losses, self.since = (), (trainer.elapsed, progress.samples)

    def finish(self) -> None:
        """The last report, checkpoint and plots, and answers written without help."""
        trainer = self.trainer
        self.report()
        trainer.checkpoint().save(trainer.place.run)
        trainer.model.eval()
        samples = fixed_samples(trainer.place.data, FREE_SAMPLES)
        free = free_running(trainer.model, samples, trainer.settings.device)
        print("greedy answers:", json.dumps(asdict(free)), flush=True)
        (trainer.place.run / "greedy.json").write_text(json.dumps(asdict(free), indent=1))

    def _write(self, record: dict[str, object]) -> None:
        with (self.trainer.place.run / METRICS).open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(_line(record), flush=True)
        draw_plots(self.trainer.place.run)


def _line(record: dict[str, object]) -> str:
    """The record, numbers to four digits."""
    text = json.dumps(record)
    return json.dumps(json.loads(text, parse_float=lambda number: float(f"{float(number):.4g}")))


def work(rank: int, settings: Settings, place: Place, meeting: str) -> None:
    """The body of rank `rank`; ranks find each other through the file `meeting`."""
    torch.set_num_threads(1)
    if settings.processes > 1:
        distributed.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=rank, world_size=settings.processes
        )
    Trainer(settings, replace(place, rank=rank)).train()
    if settings.processes > 1:
        distributed.barrier()
        distributed.destroy_process_group()
