"""Every setting of Mockwright, in one file.

Each variable of the environment is parsed here, once; a wrong one stops the start with a sentence
that names it. Prefix `MOCKWRIGHT_`; `DATABASE_URL` and `REDIS_URL` also work bare.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from webapp.endpoint import EndpointEnvironment
from webapp.origins import Origin
from webapp.studio.uploads.images import ImageLimits
from webapp.studio.values import Limits

BASE_DIR = Path(__file__).resolve().parent.parent
BUDGET = Limits()  # of a run where nobody says otherwise


class Environment(EndpointEnvironment):
    """What a person may set from outside. Hints are shown when a value is refused."""

    model_config = SettingsConfigDict(env_prefix="MOCKWRIGHT_", extra="ignore")

    data: Path = Field(BASE_DIR / "var", description="a folder that can be written to")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("MOCKWRIGHT_DATABASE_URL", "DATABASE_URL"),
        description="like postgres://user:password@host/name; empty for SQLite",
    )
    redis_url: str = Field(
        "",
        validation_alias=AliasChoices("MOCKWRIGHT_REDIS_URL", "REDIS_URL"),
        description="like redis://host:6379/0 or unix:///path/to/redis.sock",
    )
    app_origin: str = Field(
        "http://127.0.0.1:8000", description="scheme://host[:port] of the interface, no path"
    )
    preview_origin: str = Field(
        "http://127.0.0.1:8001",
        description="scheme://host[:port] of generated pages; not the interface's own",
    )
    secret_key: str = Field("", description="a long random text; empty to have one made")
    debug: bool = Field(False, description="true or false")
    test_models: bool = Field(False, description="true or false: offer the scripted models too")
    run_steps: int = Field(BUDGET.steps, gt=0, description="tool calls a run may make, at least 1")
    run_seconds: float = Field(
        BUDGET.seconds, gt=0, le=1500, description="seconds a run may take, 1 to 1500"
    )
    run_tokens: int = Field(
        BUDGET.tokens,
        gt=0,
        description="tokens a run may use, at least 1; with an endpoint every turn counts its "
        "whole conversation, so a long run uses a million and more",
    )

    @field_validator("app_origin", "preview_origin")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        return str(Origin.parse(value))

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


def _read_environment() -> Environment:
    try:
        return Environment()
    except ValidationError as error:
        raise ImproperlyConfigured(explain(error)) from None


def explain(error: ValidationError) -> str:
    """One sentence per refused variable: its name, what is wrong, what it should look like."""
    sentences = []
    for problem in error.errors(include_url=False, include_context=False):
        name = str(problem["loc"][0]).lower().removeprefix("mockwright_")
        field = Environment.model_fields[name]
        sentences.append(f"MOCKWRIGHT_{name.upper()}: {problem['msg']}. Set {field.description}.")
    return "\n".join(sentences)


ENVIRONMENT = _read_environment()

DATA = ENVIRONMENT.data.resolve()
BLOBS = DATA / "blobs"
DATA.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, or one made at first use and kept in the data folder."""
    if ENVIRONMENT.secret_key:
        return ENVIRONMENT.secret_key
    path = DATA / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = ENVIRONMENT.debug
TEST_MODELS = ENVIRONMENT.test_models
LIMITS = ImageLimits(count=5, bytes=20 * 2**20, side=8000)
MAX_BODY = LIMITS.bytes + 2**20  # bytes of a request: one file and its form
RUN_LIMITS = {
    "steps": ENVIRONMENT.run_steps,
    "seconds": ENVIRONMENT.run_seconds,
    "tokens": ENVIRONMENT.run_tokens,
}

# where the two origins are; the ASGI application sends each Host to its own side

APP_ORIGIN = ENVIRONMENT.app_origin
PREVIEW_ORIGIN = ENVIRONMENT.preview_origin
if APP_ORIGIN == PREVIEW_ORIGIN:
    raise ImproperlyConfigured(
        "MOCKWRIGHT_PREVIEW_ORIGIN: generated pages must not share the interface's origin. "
        "Give them another host or port."
    )
ALLOWED_HOSTS = sorted({origin.hostname for origin in Origin.parse(APP_ORIGIN).aliases()})

# Django

ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "ninja",
    "webapp.studio",
    "webapp.local",
    "workers",
]
MIDDLEWARE = [
    "webapp.serving.middleware.SecurityHeaders",
    "webapp.serving.middleware.StaticFiles",
    "webapp.serving.middleware.SameOriginWrites",
    "webapp.serving.local_user.LocalUser",
    "webapp.serving.middleware.MethodRefusals",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES: list[dict[str, object]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

_DATABASE = dj_database_url.parse(ENVIRONMENT.database_url or f"sqlite:///{DATA / 'db.sqlite3'}")
if _DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    _DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a transaction that will write waits at its start
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DATABASES = {"default": _DATABASE}

# the built front end; an empty folder stands in until it is built

FRONTEND = BASE_DIR / "frontend" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = FRONTEND if FRONTEND.is_dir() else DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True  # for the API's documentation, which django-ninja brings along
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[\w-]{8}\.\w+$"  # Vite's file names
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Redis: Celery's broker and the channel layer

REDIS_URL = ENVIRONMENT.redis_url or f"unix://{DATA / 'redis.sock'}"
_REDIS_SOCKET = urlsplit(REDIS_URL).path if REDIS_URL.startswith("unix:") else ""
_CHANNELS_URL = f"unix://{_REDIS_SOCKET}?db=1" if _REDIS_SOCKET else REDIS_URL
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # with a socket time-out an idle websocket would lose its subscription
            "hosts": [
                {"address": _CHANNELS_URL, "socket_timeout": None, "socket_connect_timeout": 2}
            ],
            "prefix": "mockwright",
            "capacity": 1000,
            "expiry": 10,
        },
    }
}

TASK_TIME_LIMIT = 1800  # seconds; above run_seconds with time for the last render
CELERY_BROKER_URL = f"redis+socket://{_REDIS_SOCKET}?virtual_host=0" if _REDIS_SOCKET else REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "mockwright"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # true would redeliver a task that kills its process
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # a run outlives Redis
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 12 * TASK_TIME_LIMIT,  # shorter, and a long run would start twice
    "socket_connect_timeout": 2,
    "max_retries": 0,  # without a broker, sending fails at once: the sweep sends again
}
