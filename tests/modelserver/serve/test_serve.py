"""The command itself: what it refuses, what it prints, and that it ends whole."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from modelserver.config import ROOT
from modelserver.serve import DIED, REFUSED, STOPPED, main
from tests.modelserver.serve.configs import K25

pytestmark = pytest.mark.timeout(600)  # the server starts in 15 s, or in minutes on a busy machine
READY_WITHIN = 500.0  # seconds


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]
    port: int
    lines: list[str]  # up to and with "ready"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stage(self, name: str) -> list[str]:
        return [line for line in self.lines if line.startswith(name)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(model: Path, port: int, log: Path, *extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "modelserver.serve", "--profile", "cpu"),
            *("--model", str(model), "--port", str(port), "--log-file", str(log), *extra),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], stage: str) -> list[str]:
    """Lines up to one that begins with `stage`, or all when the process ends before."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(stage):
            break
    return lines


def descendants(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return list(psutil.Process(process.pid).children(recursive=True))


def left_of(processes: list[psutil.Process], within: float = 30.0) -> list[psutil.Process]:
    """Those still running after a while; one that ended and waits to be reaped is not."""
    _, there = psutil.wait_procs(processes, timeout=within)
    return [process for process in there if runs(process)]


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def server(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    port = free_port()
    process = start(tiny, port, tmp_path_factory.mktemp("log") / "sglang.log")
    lines = read_until(process, "ready")
    assert process.poll() is None, "\n".join(lines)
    yield Running(process, port, lines)
    process.terminate()
    process.wait()


def get(url: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.status, answer.read()


def test_it_tells_its_stages_in_order(server: Running) -> None:
    stages = [line.split()[0] for line in server.lines]
    assert list(dict.fromkeys(stages)) == ["checking", "loading", "kernels", "ready"]


def test_it_names_the_kernel_of_the_experts(server: Running) -> None:
    assert any("routed experts: INT4" in line for line in server.stage("kernels"))


def test_it_says_where_it_answers(server: Running) -> None:
    assert f"{server.url}/v1 as tiny" in server.stage("ready")[0]


def test_the_api_tells_name_and_context(server: Running) -> None:
    card = json.loads(get(f"{server.url}/v1/models")[1])["data"][0]
    assert (card["id"], card["max_model_len"]) == ("tiny", 2048)


@pytest.mark.parametrize("path", ["/health", "/health_generate"])
def test_it_is_healthy(server: Running, path: str) -> None:
    assert get(server.url + path)[0] == 200


def test_it_answers_a_chat(server: Running) -> None:
    request = urllib.request.Request(
        f"{server.url}/v1/chat/completions",
        json.dumps(
            {
                "model": "tiny",
                "messages": [{"role": "user", "content": "hello"}],
                "max_tokens": 4,
                "ignore_eos": True,
            }
        ).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["usage"]["completion_tokens"] == 4


def test_a_port_in_use_is_refused(
    server: Running, tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--profile", "cpu", "--model", str(tiny), "--port", str(server.port)]
    assert main(arguments) == REFUSED
    assert f"Port {server.port}" in capsys.readouterr().err


def test_told_to_stop_it_leaves_no_process(server: Running) -> None:
    """The last test that uses the server."""
    started = descendants(server.process)
    assert len(started) >= 4  # guard, SGLang's server, scheduler and detokenizer
    server.process.send_signal(signal.SIGTERM)
    rest, _ = server.process.communicate(timeout=60)
    assert server.process.returncode == STOPPED
    assert "stopped" in rest
    assert left_of(started, within=1.0) == []


def test_killed_while_loading_it_leaves_no_process(tiny: Path, tmp_path: Path) -> None:
    log = tmp_path / "sglang.log"
    process = start(tiny, free_port(), log)
    read_until(process, "loading")
    give_up_at = time.monotonic() + READY_WITHIN
    while len(started := descendants(process)) < 4 and time.monotonic() < give_up_at:
        time.sleep(0.1)
    process.kill()
    process.communicate()
    assert left_of(started) == []


def test_when_sglang_ends_while_loading_its_last_words_and_an_action_are_shown(
    tiny: Path, tmp_path: Path
) -> None:
    log = tmp_path / "sglang.log"
    process = start(tiny, free_port(), log, "--", "--no-such-option")
    told, _ = process.communicate(timeout=READY_WITHIN)
    assert process.returncode == DIED
    assert "| sglang serve: error: unrecognized arguments: --no-such-option" in told
    assert f"whole log: {log}" in told


def test_a_refusal_has_status_2_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "sglang.log"
    arguments = ["--profile", "cpu", "--model", str(tmp_path / "no"), "--log-file", str(log)]
    assert main([*arguments, "--port", str(free_port())]) == REFUSED
    assert capsys.readouterr().err.startswith("refused   There is no folder")
    assert not log.exists()


def test_a_dry_run_prints_the_plan_from_the_config_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--profile", "tp8", "--dry-run", "--config", str(K25), "--gpu-memory", "141"]
    assert main(arguments) == STOPPED
    told = capsys.readouterr().out
    assert "595.1 GB" in told
    assert "70,272 B a token" in told


def test_a_dry_run_that_does_not_fit_prints_the_plan_and_has_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--profile", "tp8", "--dry-run", "--config", str(K25), "--gpu-memory", "80"]
    assert main(arguments) == REFUSED
    told = capsys.readouterr()
    assert "it does not fit" in told.out
    assert "8 GPUs of 141 GiB" in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--profile", "cpu", "--dp-attention"],
        ["--profile", "tp8", "--gpu-experts", "8"],
        ["--profile", "cpu", "--config", "config.json"],
    ],
)
def test_options_that_would_do_nothing_are_mistakes(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == REFUSED
