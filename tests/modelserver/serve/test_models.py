"""Released models by name: their shape, their defaults, and the one that is not served."""

import json
from pathlib import Path

import pytest

from modelserver import serve
from modelserver.architecture import Architecture, parse_architecture
from modelserver.config import PROFILES, Choices, Endpoint, sglang_arguments
from modelserver.models import MODELS, RELEASED, Model, known
from modelserver.order import read_order
from modelserver.refusal import Refusal
from modelserver.serve import REFUSED, STOPPED, main
from tests.modelserver.serve.configs import K25

DRY = ("--dry-run", "--gpu-memory", "141")
# of the release: what parse_architecture looks at first
K3 = {"architectures": ["KimiK3ForConditionalGeneration"], "model_type": "kimi_k3"}


def test_the_shape_they_share_is_that_of_the_released_config(k25: Architecture) -> None:
    assert k25 == RELEASED


@pytest.mark.parametrize("changed", [{"eos_token_id": 163586}, {"dtype": "bfloat16"}])
def test_what_k26_changed_in_its_config_changes_no_tensor(changed: dict[str, object]) -> None:
    assert parse_architecture(json.loads(K25.read_text()) | changed, "K2.6") == RELEASED


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("path", ["moonshotai/{}", "/models/{}/", "{}"])
def test_a_model_is_known_by_its_folder_or_hub_id(model: Model, path: str) -> None:
    assert known(path.format(model.name)) is model
    assert known(path.format(model.name).lower()) is model


@pytest.mark.parametrize("name", ["moonshotai/Kimi-K2.7-Code-GGUF", "kimi-mini", "Kimi-K2"])
def test_another_name_is_not_taken_for_it(name: str) -> None:
    assert known(name) is None


@pytest.mark.parametrize(
    ("name", "context"),
    [("Kimi-K2.5", "262,144"), ("Kimi-K2.6", "262,144"), ("Kimi-K2.7-Code", "128,000")],
)
def test_a_plan_needs_no_more_than_the_name(
    capsys: pytest.CaptureFixture[str], name: str, context: str
) -> None:
    assert main(["--profile", "tp8", "--model", f"moonshotai/{name}", *DRY]) == STOPPED
    told = capsys.readouterr().out
    assert "595.1 GB" in told and f"context: {context} tokens" in told


def test_a_context_that_is_asked_for_wins(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--profile", "tp8", "--model", "Kimi-K2.7-Code", "--context-length", "200000"]
    assert main([*arguments, *DRY]) == STOPPED
    assert "context: 200,000 tokens" in capsys.readouterr().out


def test_a_folder_of_that_name_is_planned_by_its_own_config(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(K25.read_text())
    content["text_config"]["num_hidden_layers"] = 3
    folder = tmp_path / "Kimi-K2.6"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(content))
    assert main(["--profile", "tp8", "--model", str(folder), *DRY]) == STOPPED
    assert "3 layers" in capsys.readouterr().out


def test_a_hub_id_that_is_known_is_refused_where_it_does_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve, "check_installed", lambda _packages: None)
    order = read_order(["--profile", "tp8", "--model", "moonshotai/Kimi-K2.6", "--port", "0"])
    with pytest.raises(Refusal, match="needs 8 GPUs"):
        serve.prepare(order)


@pytest.mark.parametrize("dry", [(), DRY])
def test_k3_is_refused_by_name_with_the_reason_and_what_serves_it(
    capsys: pytest.CaptureFixture[str], dry: tuple[str, ...]
) -> None:
    assert main(["--profile", "tp8", "--model", "moonshotai/Kimi-K3", *dry]) == REFUSED
    said = capsys.readouterr().err
    assert "MXFP4" in said and "SiTU" in said
    assert "--tool-call-parser kimi_k3" in said and "docs/how-to/endpoint.md" in said


def test_k3_is_refused_by_its_config_whatever_its_folder_is_called() -> None:
    with pytest.raises(Refusal, match="Kimi K3 has other experts"):
        parse_architecture(K3, "config.json")


def test_requests_are_told_how_to_ask() -> None:
    asks = {model.name: model.asks for model in MODELS}
    assert '{"thinking": false}' in asks["Kimi-K2.6"] and "0.6" in asks["Kimi-K2.6"]
    assert "always thinks" in asks["Kimi-K2.7-Code"] and "false" not in asks["Kimi-K2.7-Code"]


@pytest.mark.parametrize(("profile", "size"), [("gpu", "1"), ("tp8", "8"), ("hybrid", "2")])
def test_the_tensor_parallel_size_is_written_out(profile: str, size: str) -> None:
    endpoint = Endpoint("model", "served", "127.0.0.1", 30000)
    line = sglang_arguments(PROFILES[profile], endpoint, None, Choices())
    assert line[line.index("--tp-size") + 1] == size
    assert line.count("--tp-size") == 1 and "--tp" not in line
