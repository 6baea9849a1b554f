"""Every variable of the environment that Mockwright reads, each parsed here and nowhere else.

Pure pydantic, no Django: `settings.py` is made from it, and the workers' rooms read it as it is.
Prefix `MOCKWRIGHT_`, but for the names that others know too.
"""

import os
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import dj_database_url
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from webapp.origins import Origin, server_address
from webapp.studio.values import Limits

BASE_DIR = Path(__file__).resolve().parent.parent
IN_CHECKOUT = (BASE_DIR / "manage.py").is_file()  # else installed from a wheel
# what `npm run build` writes: the interface, and the compilers of the stacks
FRONTEND = (
    BASE_DIR / "frontend" / "dist" if IN_CHECKOUT else Path(__file__).with_name("frontend_dist")
)
COMPILER = FRONTEND / "compiler"
SETUP_BROWSER = "make setup" if IN_CHECKOUT else "mockwright install_browser"
BUDGET = Limits()  # of a run where nobody says otherwise
LONG_BUDGET = Limits(steps=300, seconds=3600, tokens=60_000_000)  # with a model that reads words
COST = 5.0  # US dollars, of a run whose model has prices
PREFIX = "MOCKWRIGHT_"
# what may be given as the path of a file instead, in the variable of the same name and _FILE
SECRETS = ("model_key", "database_url", "database_password", "redis_url", "s3_secret", "secret_key")
APP_PATH = re.compile(r"(/[\w~-]+)+", re.ASCII)


def default_data() -> Path:
    """Beside the code in a checkout; an installed package is replaced whole, data and all."""
    if IN_CHECKOUT:
        return BASE_DIR / "var"
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / "mockwright"


class Environment(BaseSettings):
    """What a person may set from outside. Hints are shown when a value is refused.

    Without `model_url` there is no endpoint of a person's own, without `mini_url` no Kimi mini.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    model_name: str = Field("", description="the model's name as the endpoint lists it")
    model_url: str = Field(
        "",
        description="like http://127.0.0.1:30000/v1, together with MOCKWRIGHT_MODEL_NAME; "
        "a key goes into MOCKWRIGHT_MODEL_KEY",
    )
    model_key: SecretStr = Field(SecretStr(""), description="the endpoint's key; empty for none")
    model_thinking: bool = Field(True, description="true or false: think before answering")
    model_max_tokens: int | None = Field(
        None,
        gt=0,
        description="tokens that one answer may hold, at least 1; empty for what the server allows",
    )
    mini_url: str = Field(
        "",
        description="like http://127.0.0.1:30000/v1, where modelserver.serve runs Kimi mini; "
        "make up MODEL=mini starts it and sets this",
    )

    data: Path = Field(
        default_factory=default_data,
        description="a folder that can be written to; unless given, an installed Mockwright has "
        "mockwright in $XDG_DATA_HOME or ~/.local/share",
    )
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("MOCKWRIGHT_DATABASE_URL", "DATABASE_URL"),
        description="like postgres://user:password@host/name; empty for SQLite",
    )
    database_password: SecretStr = Field(
        SecretStr(""), description="the password of MOCKWRIGHT_DATABASE_URL, where that names none"
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("MOCKWRIGHT_REDIS_URL", "REDIS_URL"),
        description="like redis://host:6379/0 or unix:///path/to/redis.sock",
    )
    s3_bucket: str = Field(
        "",
        description="the bucket that uploads and generated files are kept in; empty to keep "
        "them in MOCKWRIGHT_DATA",
    )
    s3_endpoint: str = Field(
        "", description="like https://s3.example:9000, of a server that speaks S3; empty for AWS"
    )
    s3_region: str = Field("us-east-1", description="the region of the bucket")
    s3_prefix: str = Field(
        "", description="what the keys in the bucket begin with, like mockwright/"
    )
    s3_key_id: str = Field("", description="the id of the access key; empty for what AWS provides")
    s3_secret: SecretStr = Field(SecretStr(""), description="the secret of MOCKWRIGHT_S3_KEY_ID")
    app_origin: str = Field(
        "http://127.0.0.1:8000", description="scheme://host[:port] of the interface, no path"
    )
    preview_origin: str = Field(
        "http://127.0.0.1:8001",
        description="scheme://host[:port] of generated pages; not the interface's own",
    )
    app_path: str = Field(
        "",
        description="the path of the interface below its origin, like /mockwright, where a reverse "
        "proxy serves others there too; empty for none",
    )
    listen: str = Field(
        "",
        description="host:port of this machine that make up listens on for both origins, where a "
        "reverse proxy answers at these; empty to listen at the origins themselves",
    )
    secret_key: str = Field("", description="a long random text; empty to have one made")
    debug: bool = Field(False, description="true or false")
    test_models: bool = Field(False, description="true or false: offer the scripted models too")
    run_steps: int | None = Field(
        None,
        gt=0,
        description=f"tool calls a run may make, at least 1; empty for {BUDGET.steps}, and "
        f"{LONG_BUDGET.steps} with a language model",
    )
    run_seconds: float | None = Field(
        None,
        gt=0,
        le=21_600,
        description=f"seconds a run may take, 1 to 21600; empty for {BUDGET.seconds:.0f}, and "
        f"{LONG_BUDGET.seconds:.0f} with a language model",
    )
    run_tokens: int | None = Field(
        None,
        gt=0,
        description=f"tokens a run may use, at least 1; empty for {BUDGET.tokens}, and "
        f"{LONG_BUDGET.tokens} with a language model, where every turn counts its whole "
        "conversation",
    )
    run_cost: float | None = Field(
        None,
        gt=0,
        description="US dollars a run may cost where its model has prices, above 0; empty for "
        f"{COST:.0f}",
    )
    worker_nice: int = Field(
        5,
        ge=0,
        le=19,
        description="how far the workers stand back behind the web server, 0 (not at all) to 19, "
        "where a machine has more to do than it can",
    )
    text_cache: str = Field(
        "",
        description="a folder for what was read off mockups, so that each is read once; empty for "
        "none; make up uses the folder text of MOCKWRIGHT_DATA",
    )
    log_level: Literal["critical", "error", "warning", "info", "debug", "trace"] = Field(
        "warning",
        validation_alias="LOG_LEVEL",
        description="critical, error, warning, info, debug or trace: of the web server",
    )
    playwright_chromium: str = Field(
        "",
        validation_alias="PLAYWRIGHT_CHROMIUM",
        description="the path of a Chromium executable; empty for the first that is found",
    )
    playwright_browsers_path: Path = Field(
        Path("~/.cache/ms-playwright"),
        validation_alias="PLAYWRIGHT_BROWSERS_PATH",
        description="the folder that Playwright keeps its browsers in",
    )

    @field_validator(*SECRETS, mode="before")
    @classmethod
    def _from_file(cls, value: object, info: ValidationInfo) -> object:
        """A secret may lie in a file, as containers are given theirs."""
        name = str(info.field_name)
        path = os.environ.get(f"{variable_of(name, cls.model_fields[name])}_FILE")
        if not path:
            return value
        if value not in ("", SecretStr("")):
            raise ValueError("it is set, and so is its file: unset one of them")
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise ValueError(f"its file {path} cannot be read: {reason}") from None

    @field_validator("model_url", "mini_url")
    @classmethod
    def _is_endpoint(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return ""
        address = server_address(value)
        if info.field_name == "model_url" and not info.data.get("model_name"):
            raise ValueError("MOCKWRIGHT_MODEL_NAME is missing")
        return address

    @field_validator("s3_endpoint")
    @classmethod
    def _is_s3(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in value):
            raise ValueError("not the address of an S3 server")
        return value.rstrip("/")

    @field_validator("app_origin", "preview_origin")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        return str(Origin.parse(value))

    @field_validator("app_path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        path = value.rstrip("/")
        if path and not APP_PATH.fullmatch(path):
            raise ValueError("not a path of letters, digits, '-', '_' and '~' that begins with /")
        return path

    @field_validator("listen")
    @classmethod
    def _is_socket(cls, value: str) -> str:
        parts = urlsplit(f"//{value}")
        if value and not (parts.hostname and parts.port and parts.netloc == value):
            raise ValueError("not host:port")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError("not a Redis address")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if value:
            dj_database_url.parse(value)
        return value

    def budget(self, *, reads_words: bool, has_prices: bool = False) -> Limits:
        """What a run may spend: as set from outside, else as suits its model."""
        usual = LONG_BUDGET if reads_words else BUDGET
        given = {name: getattr(self, f"run_{name}") for name in Limits.model_fields}
        given["cost"] = (self.run_cost or COST) if has_prices else None
        return Limits.model_validate(
            usual.model_dump() | {name: value for name, value in given.items() if value is not None}
        )


def variable_of(name: str, field: FieldInfo) -> str:
    """The environment variable of a field, in the first of its spellings."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = str(alias.choices[0])
    return alias if isinstance(alias, str) else f"{PREFIX}{name.upper()}"


def explain(error: ValidationError) -> str:
    """One sentence per refused variable: its name, what is wrong, what it should look like."""
    sentences = []
    for problem in error.errors(include_url=False, include_context=False):
        place = str(problem["loc"][0]).lower().removeprefix(PREFIX.lower())
        field = Environment.model_fields[place]
        sentences.append(f"{variable_of(place, field)}: {problem['msg']}. Set {field.description}.")
    return "\n".join(sentences)
