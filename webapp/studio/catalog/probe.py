"""Asks a server for its models. Imports a large library: load it where it is needed."""

from openai import OpenAI, OpenAIError

from webapp.studio.catalog.capabilities import Capabilities, capabilities_of
from webapp.studio.catalog.transport import http_client

TIMEOUT_SECONDS = 3.0
SGLANG_PAGES = ("model_info", "server_info")  # beside /v1
LITELLM_PAGE = "model/info"  # below /v1; LiteLLM lists every model as OpenAI's


def fetch_capabilities(url: str, name: str, key: str) -> Capabilities:
    """What the server says of the model of that name, or of its first one where `name` is empty.
    Takes up to a few seconds."""
    try:
        with OpenAI(
            base_url=url,
            api_key=key or "none",
            timeout=TIMEOUT_SECONDS,
            max_retries=0,
            http_client=http_client(url),
        ) as client:
            listed = {model.id: model.to_dict() for model in client.models.list().data}
            facts = listed.get(name or next(iter(listed), ""))
            if facts is not None and facts.get("owned_by") == "sglang":
                facts = {**_told_by_sglang(client, url), **facts}
            elif facts is not None and facts.get("owned_by") == "openai":
                facts = {**_told_by_litellm(client, url, str(facts["id"])), **facts}
    except (OpenAIError, ValueError, TypeError, AttributeError, ImportError):
        # ImportError: what the environment's proxy needs is missing
        return Capabilities(answers=False)
    return capabilities_of(facts)


def _told_by_sglang(client: OpenAI, url: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    for page in SGLANG_PAGES:
        facts.update(_page(client, f"{url.removesuffix('/v1')}/{page}"))
    return facts


def _told_by_litellm(client: OpenAI, url: str, name: str) -> dict[str, object]:
    listed = _page(client, f"{url}/{LITELLM_PAGE}").get("data")
    for one in listed if isinstance(listed, list) else ():
        match one:
            case {"model_name": str(known), "model_info": dict(facts)} if known == name:
                return facts
    return {}


def _page(client: OpenAI, address: str) -> dict[str, object]:
    """What a page says; nothing where there is none."""
    try:
        answer = client.get(address, cast_to=object)
    except (OpenAIError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}
