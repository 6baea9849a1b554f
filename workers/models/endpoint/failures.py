"""Why an endpoint gave no answer. Codes are looked up in `webapp.studio.messages`.

ModelFailed               model_failed            anything else, in the endpoint's own words
├── Unauthorised          model_unauthorised      the key is missing or refused
├── NoSuchModel           model_unknown           the endpoint has no model of that name
├── NoVision              model_no_vision         the model takes no images
├── NoProxy               model_no_proxy          the environment names one that cannot be used
├── NoTools               model_no_tools          the model, or its server, takes no tools
├── OutputLimit           model_output_limit      its answers are cut off again and again
├── Curable                                       gone once messages are written in another style
│   ├── ContextExceeded   model_context_exceeded  the conversation is too long for the model
│   ├── TooHeavy          model_request_too_heavy the request, or a picture, has too many bytes
│   ├── SystemRefused     model_failed            it has no system role
│   ├── RolesRefused      model_failed            roles do not follow one another as it wants
│   └── EmptyRefused      model_failed            a message has no words
├── Refused               model_failed            the endpoint does not take the request
├── PromptFiltered        model_filtered          its content filter objects to the request
└── Passing                                       may be gone a moment later
    ├── Unreachable       model_unreachable       no connection, or no answer in time
    ├── RateLimited       model_rate_limited      too many requests, or the quota is used up
    ├── Filtered          model_filtered          its content filter ended the answer
    └── Overloaded        model_failed            the server had an error of its own
        ├── Unended       model_failed            the stream ended, and not the answer
        └── Unstreamed    model_failed            no piece of an answer came
"""

from typing import ClassVar

from openai import APIError

from webapp.studio.catalog.refusals import Cause, refusal_of
from workers.agent.errors import ModelFailed


class Unauthorised(ModelFailed):
    code = "model_unauthorised"


class SentElsewhere(ModelFailed):
    code = "model_elsewhere"


class NoSuchModel(ModelFailed):
    code = "model_unknown"


class NoVision(ModelFailed):
    code = "model_no_vision"


class TooManyPictures(ModelFailed):
    code = "model_no_vision"


class NoTools(ModelFailed):
    code = "model_no_tools"


class NoProxy(ModelFailed):
    code = "model_no_proxy"


class NoCredit(ModelFailed):
    code = "model_no_credit"


class OutputLimit(ModelFailed):
    code = "model_output_limit"


class Curable(ModelFailed):
    """What another way of writing the messages may cure: the fields of `Style`, one at a time."""

    cures: ClassVar[tuple[str, ...]]


class ContextExceeded(Curable):
    code = "model_context_exceeded"
    cures = ("light",)


class TooHeavy(Curable):
    code = "model_request_too_heavy"
    cures = ("light", "no_old_pictures")


class SystemRefused(Curable):
    cures = ("no_system",)


class RolesRefused(Curable):
    cures = ("strict_roles",)


class EmptyRefused(Curable):
    cures = ("no_empty_words",)


class Refused(ModelFailed):
    pass


class PromptFiltered(ModelFailed):
    code = "model_filtered"


class Passing(ModelFailed):
    """What may be gone a moment later. `wait`: seconds the server asked for."""

    wait = 0.0


class Unreachable(Passing):
    code = "model_unreachable"


class RateLimited(Passing):
    code = "model_rate_limited"


class Filtered(Passing):
    code = "model_filtered"


class Overloaded(Passing):
    pass


class Unended(Overloaded):
    pass


class Unstreamed(Overloaded):
    pass


_KINDS: dict[Cause, type[ModelFailed]] = {
    "unreachable": Unreachable,
    "timeout": Unreachable,
    "sent_elsewhere": SentElsewhere,
    "unauthorised": Unauthorised,
    "no_such_model": NoSuchModel,
    "no_vision": NoVision,
    "no_tools": NoTools,
    "context_exceeded": ContextExceeded,
    "too_many_pictures": TooManyPictures,
    "too_heavy": TooHeavy,
    "system_refused": SystemRefused,
    "roles_refused": RolesRefused,
    "empty_refused": EmptyRefused,
    "no_credit": NoCredit,
    "filtered": PromptFiltered,
    "rate_limited": RateLimited,
    "overloaded": Overloaded,
    "refused": Refused,
}


def classify(error: APIError, secret: str) -> ModelFailed:
    """What an error of the client library stands for, with `secret` taken out of its text."""
    refusal = refusal_of(error, secret)
    failure = _KINDS[refusal.cause](refusal.words)
    if isinstance(failure, Passing):
        failure.wait = refusal.wait
    return failure
