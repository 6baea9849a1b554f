"""The models the agent can run on. A new model is a module and one line here."""

import pkgutil

from workers.agent.errors import UnknownModel
from workers.agent.protocols import Model

# where each is found; imported when first asked for, as some load large libraries
MODELS: dict[str, str] = {
    "draft": "workers.model.draft:DraftModel",
    "mini": "workers.model.mini:MiniModel",
    "endpoint": "workers.model.client:ClientModel",
    "scripted": "workers.model.scripted:ScriptedModel",
    "chaos": "workers.model.chaos:ChaosModel",
}


def make_model(model_id: str) -> Model:
    """A model of that name. Raises UnknownModel, naming what there is."""
    if model_id not in MODELS:
        raise UnknownModel(f"There is no model {model_id!r}; there are {', '.join(MODELS)}.")
    model: Model = pkgutil.resolve_name(MODELS[model_id])()
    return model
