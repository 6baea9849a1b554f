"""`python -m modelserver.serve`: check a model, start SGLang on it, say when it answers.

Exit status: 0 stopped as asked, 1 SGLang ended by itself, 2 refused before anything was loaded.
"""

import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from modelserver.architecture import read_architecture
from modelserver.checkpoint import inspect, is_hub_id
from modelserver.config import (
    MINI,
    MINI_NAME,
    ROOT,
    Choices,
    Endpoint,
    sglang_arguments,
    sglang_environment,
)
from modelserver.hardware import Hardware, detect
from modelserver.health import check_free, check_installed, generates, served
from modelserver.launch import Server
from modelserver.models import RELEASED, Model, known
from modelserver.order import Order, read_order
from modelserver.plan import Plan, assumed, check, make_plan
from modelserver.refusal import Refusal
from modelserver.table import summary, table

STOPPED, DIED, REFUSED = 0, 1, 2
OURS = "mockwright ·"  # begins the lines of the plugin that a person should see


def main(arguments: list[str] | None = None) -> int:
    order = read_order(sys.argv[1:] if arguments is None else arguments)
    try:
        if order.dry_run:
            return dry_run(order)
        endpoint, plan = prepare(order)
    except Refusal as refusal:
        print(f"refused   {refusal.cause}\n          {refusal.remedy}", file=sys.stderr)
        return REFUSED
    return run(order, endpoint, plan)


def dry_run(order: Order) -> int:
    """Print the plan. Raises Refusal when it does not fit."""
    model = order.model if order.config else model_of(order)
    released = known(model) if model else None
    if order.config is not None:
        architecture = read_architecture(order.config)
    elif released and not Path(str(model)).is_dir():
        architecture = RELEASED
    else:
        architecture = read_architecture(Path(str(model)) / "config.json")
    choices = choices_for(released, order)
    plan = make_plan(architecture, order.profile, hardware_for(order), choices)
    print(table(plan))
    check(plan, choices)
    return STOPPED


def choices_for(released: Model | None, order: Order) -> Choices:
    """What was asked for, with a released model's context where that is the profile's or less."""
    if released and order.choices.context is None and released.context < order.profile.context:
        return replace(order.choices, context=released.context)
    return order.choices


def hardware_for(order: Order) -> Hardware:
    """What is here; for a dry run, the profile's own assumption where no GPU is."""
    profile, found = order.profile, detect()
    if order.gpu_memory is not None:
        return Hardware(profile.gpus, order.gpu_memory, profile.ram, measured=False)
    if order.dry_run and profile.gpus and not found.gpus:
        return assumed(profile)
    return found


def model_of(order: Order) -> str:
    """The folder or hub id asked for. Raises Refusal when there is none."""
    if order.model is not None:
        return order.model
    if order.profile.device != "cpu":
        raise Refusal(
            f"Profile {order.profile.name} serves no model by itself.",
            "Name one with --model PATH (with --dry-run, --config config.json is enough).",
        )
    if not MINI.is_dir():
        raise Refusal(
            f"The Kimi mini checkpoint is not in {MINI.relative_to(ROOT)}.",
            "Train one as modelserver/mini/CARD.md says, or name another with --model PATH.",
        )
    return str(MINI)


def prepare(order: Order) -> tuple[Endpoint, Plan | None]:
    """Check all that can be checked before loading. Raises Refusal."""
    model = model_of(order)
    released = known(model)
    choices = choices_for(released, order)
    check_installed(order.profile.needs)
    check_free(order.host, order.port)
    if is_hub_id(model):
        say("checking", f"{model} is no folder here: taken as a hub id, its files not checked")
        name = order.name or model.rpartition("/")[2]
        endpoint = Endpoint(model, name, order.host, order.port)
        if released is None:
            return endpoint, None
        plan = make_plan(RELEASED, order.profile, hardware_for(order), choices)
        check(plan, choices)
        return endpoint, plan
    folder = Path(model).resolve()
    checkpoint = inspect(folder)
    plan = make_plan(checkpoint.architecture, order.profile, hardware_for(order), choices)
    check(plan, choices)
    say("checking", f"{folder}: {summary(plan)}")
    if checkpoint.unknown:
        say("checking", f"{len(checkpoint.unknown)} tensors unknown, first {checkpoint.unknown[0]}")
    name = order.name or (MINI_NAME if folder == MINI else folder.name)
    return Endpoint(str(folder), name, order.host, order.port), plan


def run(order: Order, endpoint: Endpoint, plan: Plan | None) -> int:
    """Start SGLang, wait until it generates, then until it is told to stop."""
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: asked_to_stop.set())
    context = plan.context if plan else order.choices.context
    arguments = sglang_arguments(order.profile, endpoint, context, order.choices)
    say("loading", f"SGLang, profile {order.profile.name}; its log: {order.log}")
    started = time.monotonic()
    with Server(arguments, sglang_environment(order.profile, endpoint), order.log) as server:
        if wait_until_ready(server, endpoint, asked_to_stop):
            answer = served(endpoint.url)
            took = time.monotonic() - started
            say(
                "ready",
                f"in {took:.0f} s at {endpoint.url}/v1 as {answer.name} "
                f"({answer.context:,} tokens of context)",
            )
            if released := known(endpoint.model):
                say("ask", f"{released.name} with {released.asks}")
            while server.alive and not asked_to_stop.wait(0.5):
                repeat_kernels(server)
        died = not asked_to_stop.is_set()
        if not died:
            say("stopping", "requests under way may end")
    if died:
        explain_death(server)
        return DIED
    say("stopped", "nothing is left running")
    return STOPPED


def wait_until_ready(server: Server, endpoint: Endpoint, asked_to_stop: threading.Event) -> bool:
    """True once a token was generated; False when SGLang ended or a stop was asked for."""
    while server.alive and not asked_to_stop.wait(0.5):
        repeat_kernels(server)
        if generates(endpoint.url):
            repeat_kernels(server)
            return True
    return False


def repeat_kernels(server: Server) -> None:
    """Show what the plugin wrote into the log: which kernel serves which layer."""
    for line in server.new_lines():
        _, ours, text = line.partition(OURS)
        if ours:
            say("kernels", text.strip())


def explain_death(server: Server) -> None:
    print(f"died      SGLang ended with status {server.process.returncode}.", file=sys.stderr)
    for line in server.last_words():
        print(f"          | {line}", file=sys.stderr)
    print(f"          {server.remedy()} SGLang's whole log: {server.log}", file=sys.stderr)


def say(stage: str, text: str) -> None:
    print(f"{stage:<9} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
