"""Asks a server for its models. Imports a large library: load it where it is needed."""

from openai import OpenAI, OpenAIError

from webapp.studio.catalog.capabilities import Capabilities, capabilities_of

TIMEOUT_SECONDS = 3.0
SGLANG_PAGES = ("model_info", "server_info")  # beside /v1


def fetch_capabilities(url: str, name: str, key: str) -> Capabilities:
    """What the server says of the model of that name, or of its first one where `name` is empty.
    Takes up to a few seconds."""
    try:
        with OpenAI(
            base_url=url, api_key=key or "none", timeout=TIMEOUT_SECONDS, max_retries=0
        ) as client:
            listed = {model.id: model.to_dict() for model in client.models.list().data}
            facts = listed.get(name or next(iter(listed), ""))
            if facts is not None and facts.get("owned_by") == "sglang":
                facts = {**_told_by_sglang(client, url), **facts}
    except (OpenAIError, ValueError, TypeError, AttributeError, ImportError):
        # ImportError: the environment names a SOCKS proxy, for which a library is missing
        return Capabilities(answers=False)
    return capabilities_of(facts)


def _told_by_sglang(client: OpenAI, url: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    for page in SGLANG_PAGES:
        try:
            answer = client.get(f"{url.removesuffix('/v1')}/{page}", cast_to=object)
        except (OpenAIError, ValueError):
            continue
        if isinstance(answer, dict):
            facts.update(answer)
    return facts
