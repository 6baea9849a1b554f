import type { ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { abilities } from "../compose/ModelNote";
import { TestConnection } from "./TestConnection";

/** The model server that the environment names: it can be tested here, and changed there alone. */
export function EnvironmentModel({ model }: { model: ModelOption }) {
  return (
    <section className="endpoint-form">
      <Link className="back-link" href="/models">
        ‹ Models
      </Link>
      <h1>{model.label}</h1>
      <p>
        {model.device} · {abilities(model)}
      </p>
      <p className="quiet-text">
        Set by the environment: MOCKWRIGHT_MODEL_URL, _NAME and _KEY, where Mockwright was started.
        Change them there and start it again.
      </p>
      <TestConnection ask={api.testOwnEndpoint} name={model.label} />
    </section>
  );
}
