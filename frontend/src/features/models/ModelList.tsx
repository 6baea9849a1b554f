import { useState } from "react";
import type { Config, Endpoint, ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button, IconButton } from "../../ui/Button";
import { wordsOf } from "../../ui/Notice";
import { abilities } from "../compose/ModelNote";
import { useModels } from "../compose/useModels";
import { ENVIRONMENT, OWN_MODEL } from "./add";

interface ModelListProps {
  config: Config;
  endpoints: readonly Endpoint[];
  onRemoved: () => void;
}

/** Every model on offer with what it can do; those that a person added can be changed. */
export function ModelList({ config, endpoints, onRemoved }: ModelListProps) {
  const models = useModels(config.models);
  const own = new Map(endpoints.map((endpoint) => [endpoint.model_id, endpoint]));
  const listed = models.filter(({ id }) => !id.startsWith("endpoint:") || own.has(id));
  return (
    <>
      <div className="projects-head">
        <h1>Models</h1>
        <Link className="button primary" href="/models/new">
          Add a model
        </Link>
      </div>
      <ul className="model-list">
        {listed.map((model) => (
          <ModelRow
            key={model.id}
            model={model}
            endpoint={own.get(model.id)}
            isDefault={model.id === config.default_model}
            onRemoved={onRemoved}
          />
        ))}
      </ul>
      {!listed.some((model) => model.reads_words) && (
        <p className="quiet-text">
          The built-in model follows the picture. A language model also does what you ask in words:
          add one that runs here, or one behind a key.
        </p>
      )}
    </>
  );
}

interface ModelRowProps {
  model: ModelOption;
  endpoint: Endpoint | undefined; // where a person added it
  isDefault: boolean;
  onRemoved: () => void;
}

function ModelRow({ model, endpoint, isDefault, onRemoved }: ModelRowProps) {
  const isOwn = model.id === OWN_MODEL;
  return (
    <li>
      <div>
        <strong>
          {endpoint ? <Link href={`/models/${endpoint.id}`}>{model.label}</Link> : model.label}
        </strong>{" "}
        {isDefault && <span className="best-mark">for new projects</span>}
        <small>{[model.device, endpoint?.name].filter(Boolean).join(" · ")}</small>
        <small>{abilities(model)}</small>
        <small>{model.note}</small>
        {isOwn && <small>Set by the environment, where Mockwright was started.</small>}
      </div>
      {isOwn && (
        <Link
          className="button plain"
          href={`/models/${ENVIRONMENT}`}
          aria-label={`Test ${model.label}`}
        >
          Test
        </Link>
      )}
      {endpoint && (
        <>
          <Link
            className="button plain"
            href={`/models/${endpoint.id}`}
            aria-label={`Change ${model.label}`}
          >
            Change
          </Link>
          <RemoveButton endpoint={endpoint} onRemoved={onRemoved} />
        </>
      )}
    </li>
  );
}

/** Asks once more in place before a model and its key are gone. */
function RemoveButton({ endpoint, onRemoved }: { endpoint: Endpoint; onRemoved: () => void }) {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState("");
  const remove = () =>
    api
      .removeEndpoint(endpoint.id)
      .then(onRemoved, (error: unknown) => setProblem(wordsOf(error).title));
  if (!asking) {
    return (
      <IconButton icon="trash" label={`Remove ${endpoint.label}`} onClick={() => setAsking(true)} />
    );
  }
  return (
    <div className="confirm" role="group" aria-label={`Remove ${endpoint.label}?`}>
      <span>{problem || "Remove it, and its key? What it made stays."}</span>
      <Button kind="danger" autoFocus onClick={() => void remove()}>
        Remove
      </Button>
      <Button kind="quiet" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </div>
  );
}
