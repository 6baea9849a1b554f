"""The variables that name the model servers: one that a person already runs, and our own.

Pure pydantic, no Django: the settings inherit these fields, and the worker reads them alone.
"""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EndpointEnvironment(BaseSettings):
    """OpenAI-compatible endpoints; without `model_url` there is none of a person's own, without
    `mini_url` no Kimi mini."""

    model_config = SettingsConfigDict(env_prefix="MOCKWRIGHT_", extra="ignore")

    model_name: str = Field("", description="the model's name as the endpoint lists it")
    model_url: str = Field(
        "",
        description="like http://127.0.0.1:30000/v1, together with MOCKWRIGHT_MODEL_NAME; "
        "a key goes into MOCKWRIGHT_MODEL_KEY",
    )
    model_key: SecretStr = Field(SecretStr(""), description="the endpoint's key; empty for none")
    model_thinking: bool = Field(True, description="true or false: think before answering")

    mini_url: str = Field(
        "",
        description="like http://127.0.0.1:30000/v1, where modelserver.serve runs Kimi mini; "
        "make up MODEL=mini starts it and sets this",
    )

    @field_validator("model_url", "mini_url")
    @classmethod
    def _is_endpoint(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return ""
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not the address of a model server")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("the address must hold no password, query or fragment")
        if info.field_name == "model_url" and not info.data.get("model_name"):
            raise ValueError("MOCKWRIGHT_MODEL_NAME is missing")
        return value.rstrip("/")
