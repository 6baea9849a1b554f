import "../../styles/recording.css";
import { useEffect, useEffectEvent, useState } from "react";
import type { Config, Recording } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Failure } from "../../ui/Failure";
import { useLoaded, useTitle } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { StartHeader } from "../compose/StartHeader";
import { useModels } from "../compose/useModels";
import { Help } from "../help/Help";
import { Arriving } from "./Arriving";
import { Timeline } from "./Timeline";
import { useUpload } from "./uploads";

const AGAIN_MS = 800;

interface RecordingPageProps {
  config: Config;
  recordingId: string;
}

/** A recording from its upload to the page that is generated of it. */
export default function RecordingPage({ config, recordingId }: RecordingPageProps) {
  const [loaded, reload] = useLoaded(recordingId, () => api.recording(recordingId));
  const upload = useUpload(recordingId);
  const models = useModels(config.models);
  const [chosen, setModel] = useState<string | null>(null);
  const [helpShown, setHelpShown] = useState(false);
  const model = models.find(({ id }) => id === chosen)?.id ?? config.default_model;
  const recording = loaded.state === "ready" ? loaded.data : null;
  useTitle(recording ? `${recording.name} · Recording` : "Recording · Mockwright");

  const again = useEffectEvent(reload);
  const moving = recording !== null && isMoving(recording) && upload === null;
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => again(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [moving]);

  return (
    <div className="start recording">
      <StartHeader
        models={models}
        model={model}
        onModel={setModel}
        onHelp={() => setHelpShown(true)}
      />
      <main>
        {loaded.state === "loading" && <Notice title="Opening the recording…" />}
        {loaded.state === "failed" && <Failure error={loaded.error} onRetry={reload} />}
        {recording?.storyboard && recording.state === "ready" ? (
          <Timeline
            key={recording.id}
            recording={recording}
            storyboard={recording.storyboard}
            config={config}
            model={model}
            card={models.find(({ id }) => id === model)}
          />
        ) : (
          recording && (
            <Arriving
              recording={recording}
              upload={upload}
              limits={config.recordings}
              onChanged={reload}
            />
          )
        )}
      </main>
      {helpShown && <Help topic="recordings" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

const isMoving = ({ state }: Recording) => state !== "ready" && state !== "refused";
