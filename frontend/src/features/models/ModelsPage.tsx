import { useState } from "react";
import type { Config, ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { Failure } from "../../ui/Failure";
import { useCommands, useLoaded, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { ENVIRONMENT, OWN_MODEL } from "./add";
import { EndpointForm } from "./EndpointForm";
import { EnvironmentModel } from "./EnvironmentModel";
import { ModelList } from "./ModelList";

interface ModelsPageProps {
  config: Config;
  endpointId: string | null; // "new" for one to be added, null for the list
  onChanged: () => void;
}

export function ModelsPage({ config, endpointId, onChanged }: ModelsPageProps) {
  useTitle("Models · Mockwright");
  const [helpShown, setHelpShown] = useState(false);
  const [endpoints, reload] = useLoaded("endpoints", api.endpoints);
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });
  const leave = () => {
    onChanged();
    navigate("/models");
  };

  return (
    <div className="start models">
      <PageHeader here="models" onHelp={() => setHelpShown(true)} />
      <main>
        {endpoints.state === "loading" && <Notice title="Reading the list of models…" />}
        {endpoints.state === "failed" && <Failure error={endpoints.error} onRetry={reload} />}
        {endpoints.state === "ready" && endpointId === null && (
          <ModelList
            config={config}
            endpoints={endpoints.data}
            onRemoved={() => {
              reload();
              onChanged();
            }}
          />
        )}
        {endpoints.state === "ready" && endpointId !== null && (
          <OneEndpoint
            config={config}
            endpoint={endpoints.data.find(({ id }) => id === endpointId)}
            own={
              endpointId === ENVIRONMENT
                ? config.models.find(({ id }) => id === OWN_MODEL)
                : undefined
            }
            isNew={endpointId === "new"}
            onDone={leave}
          />
        )}
      </main>
      {helpShown && <Help topic="models" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

interface OneEndpointProps extends Pick<Parameters<typeof EndpointForm>[0], "endpoint" | "onDone"> {
  config: Config;
  own: ModelOption | undefined; // where it is the environment's
  isNew: boolean;
}

function OneEndpoint({ config, endpoint, own, isNew, onDone }: OneEndpointProps) {
  if (own) return <EnvironmentModel model={own} />;
  if (!endpoint && !isNew) {
    return (
      <Notice
        title="This model has been removed."
        action={
          <Link className="button primary" href="/models">
            All models
          </Link>
        }
      />
    );
  }
  return <EndpointForm presets={config.presets} endpoint={endpoint} onDone={onDone} />;
}
