"""Each profile's command line, read by SGLang's own parser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelserver.config import PROFILES, ROOT, Choices, Endpoint, sglang_arguments

READ = """
import json, sys
from sglang.srt.server_args import prepare_server_args
names = "tp_size kt_method kt_weight_path kt_num_gpu_experts tool_call_parser reasoning_parser " \\
    "attn_dp_size speculative_algorithm context_length served_model_name device trust_remote_code"
read = [prepare_server_args(line) for line in json.load(sys.stdin)]
print(json.dumps([{name: getattr(each, name) for name in names.split()} for each in read]))
"""
Read = dict[str, dict[str, object]]
ALL = Choices(draft_model="org/draft", data_parallel_attention=True)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """What SGLang makes of every profile's arguments, plain and with every choice."""
    model = tmp_path_factory.mktemp("model")
    endpoint = Endpoint(str(model), "served", "127.0.0.1", 30000)
    lines = {name: sglang_arguments(PROFILES[name], endpoint, 4096, Choices()) for name in PROFILES}
    lines["tp8 with all"] = sglang_arguments(PROFILES["tp8"], endpoint, 4096, ALL)
    told = subprocess.run(
        [sys.executable, "-c", READ],
        input=json.dumps(list(lines.values())),
        env={**os.environ, "SGLANG_USE_CPU_ENGINE": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return dict(zip(lines, json.loads(told.splitlines()[-1]), strict=True))


@pytest.mark.timeout(600)  # SGLang is imported in another process, which may have to wait its turn
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_parses_kimis_tool_calls_and_thoughts(read: Read, profile: str) -> None:
    assert read[profile]["tool_call_parser"] == "kimi_k2"
    assert read[profile]["reasoning_parser"] == "kimi_k2"
    assert read[profile]["trust_remote_code"] is True


@pytest.mark.parametrize("profile", PROFILES)
def test_the_tensor_parallel_size_is_the_number_of_gpus_planned_for(
    read: Read, profile: str
) -> None:
    assert read[profile]["tp_size"] == max(1, PROFILES[profile].gpus)


@pytest.mark.parametrize("profile", PROFILES)
def test_name_and_context_reach_sglang(read: Read, profile: str) -> None:
    assert read[profile]["served_model_name"] == "served"
    assert read[profile]["context_length"] == 4096


def test_the_hybrid_profile_reads_the_released_experts_into_ram(read: Read) -> None:
    assert read["hybrid"]["kt_method"] == "RAWINT4"
    assert read["hybrid"]["kt_num_gpu_experts"] == PROFILES["hybrid"].experts_on_gpu
    assert Path(str(read["hybrid"]["kt_weight_path"])).is_dir()


def test_a_draft_model_and_data_parallel_attention_are_choices(read: Read) -> None:
    assert read["tp8"]["speculative_algorithm"] is None
    assert read["tp8 with all"]["speculative_algorithm"] == "EAGLE3"
    assert read["tp8 with all"]["attn_dp_size"] == 8


def test_the_cpu_profile_runs_on_the_cpu(read: Read) -> None:
    assert read["cpu"]["device"] == "cpu"


def test_what_a_person_adds_comes_last_and_wins() -> None:
    endpoint = Endpoint("model", "served", "127.0.0.1", 30000)
    extra = Choices(extra=("--max-total-tokens", "99"))
    assert sglang_arguments(PROFILES["cpu"], endpoint, None, extra)[-2:] == extra.extra
