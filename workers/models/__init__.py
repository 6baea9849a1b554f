"""The models the agent can run on. A new model is a module and one line here."""

import pkgutil
from typing import TYPE_CHECKING

from webapp.studio.catalog.endpoints import ModelEndpoint
from workers.agent.errors import UnknownModel
from workers.agent.protocols import Model

if TYPE_CHECKING:
    from workers.models.endpoint.circuit import Breaker

# where each is found; imported when first asked for, as some load large libraries
MODELS: dict[str, str] = {
    "draft": "workers.models.draft.model:DraftModel",
    "mini": "workers.models.mini.model:MiniModel",
    "endpoint": "workers.models.endpoint.model:ClientModel",
    "scripted": "workers.models.simulated.scripted:ScriptedModel",
    "chaos": "workers.models.simulated.chaos:ChaosModel",
}


def make_model(
    model_id: str,
    connected: ModelEndpoint | None = None,
    breaker: "Breaker | None" = None,
) -> Model:
    """A model of that name, or the one behind an endpoint that was connected; `breaker` knows how
    that answers other runs.

    Raises UnknownModel, naming what there is.
    """
    if connected is not None:
        # heavy, and the other models do without
        from workers.models.endpoint.model import ClientModel  # noqa: PLC0415
        from workers.models.endpoint.request import Endpoint  # noqa: PLC0415

        return ClientModel(Endpoint.of(connected), breaker=breaker)
    if model_id not in MODELS:
        raise UnknownModel(f"There is no model {model_id!r}; there are {', '.join(MODELS)}.")
    model: Model = pkgutil.resolve_name(MODELS[model_id])()
    return model
