"""Model servers that a person may have, with what their address usually is. Data alone."""

from pydantic import BaseModel, ConfigDict


class Preset(BaseModel):
    """`hint` says what the server needs, or where a key is to be had; `model` is an example."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    url: str
    needs_key: bool
    hint: str
    model: str


PRESETS = (
    Preset(
        id="sglang",
        label="SGLang",
        url="http://127.0.0.1:30000/v1",
        needs_key=False,
        hint="Start it with --tool-call-parser and --reasoning-parser, both kimi_k2 for Kimi K2.",
        model="moonshotai/Kimi-K2.6",
    ),
    Preset(
        id="moonshot",
        label="Moonshot",
        url="https://api.moonshot.ai/v1",
        needs_key=True,
        hint="A key is made at platform.moonshot.ai, under API Keys.",
        model="kimi-k2.6",
    ),
    Preset(
        id="openai",
        label="OpenAI",
        url="https://api.openai.com/v1",
        needs_key=True,
        hint="A key is made at platform.openai.com, under API keys.",
        model="gpt-4.1",
    ),
    Preset(
        id="openrouter",
        label="OpenRouter",
        url="https://openrouter.ai/api/v1",
        needs_key=True,
        hint="A key is made at openrouter.ai/keys. Choose a model that takes images and tools.",
        model="moonshotai/kimi-k2.6",
    ),
    Preset(
        id="ollama",
        label="Ollama",
        url="http://127.0.0.1:11434/v1",
        needs_key=False,
        hint="Set OLLAMA_CONTEXT_LENGTH to 32768 or more: it cuts longer conversations unasked.",
        model="qwen2.5vl",
    ),
    Preset(
        id="lm-studio",
        label="LM Studio",
        url="http://127.0.0.1:1234/v1",
        needs_key=False,
        hint="Start the server in its Developer tab, and load a model that sees pictures.",
        model="qwen2.5-vl-7b-instruct",
    ),
    Preset(
        id="vllm",
        label="vLLM",
        url="http://127.0.0.1:8000/v1",
        needs_key=False,
        hint="Start it with --enable-auto-tool-choice and the model's --tool-call-parser. "
        "Port 8000 may be Mockwright's own: then give it another.",
        model="moonshotai/Kimi-K2.6",
    ),
    Preset(
        id="llama-cpp",
        label="llama.cpp",
        url="http://127.0.0.1:8080/v1",
        needs_key=False,
        hint="Start llama-server with --jinja for tools, and --mmproj for pictures.",
        model="default",
    ),
    Preset(
        id="litellm",
        label="LiteLLM",
        url="http://127.0.0.1:4000/v1",
        needs_key=True,
        hint="The key is the proxy's own, its master key or a virtual one.",
        model="gpt-4.1",
    ),
)
