import { useState, useSyncExternalStore } from "react";
import type { Config, ModelOption, Recording } from "../../protocol/api";
import { api } from "../../protocol/client";
import type { Storyboard } from "../../protocol/events";
import { navigate } from "../../router";
import { placeAt, placesOf } from "../../state/storyboard";
import { StoryboardEditor } from "../../state/storyboardEditor";
import { Button, IconButton } from "../../ui/Button";
import { Failure, Refusal } from "../../ui/Failure";
import { useCommands } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { ActionPanel } from "./ActionPanel";
import { Generate } from "./Generate";
import { Player } from "./Player";
import { StatePanel } from "./StatePanel";
import { Strip } from "./Strip";
import { usePlayback } from "./usePlayback";

interface TimelineProps {
  recording: Recording;
  storyboard: Storyboard;
  config: Config;
  model: string;
  card: ModelOption | undefined;
}

/** What was read of a recording, to be looked at, corrected, and generated from. */
export function Timeline({ recording, storyboard, config, model, card }: TimelineProps) {
  const { id, version } = recording;
  const [editor] = useState(() => new StoryboardEditor(api, id, version, storyboard));
  const state = useSyncExternalStore(editor.subscribe, editor.current);
  const { board } = state;
  const places = placesOf(board);
  const [selected, setSelected] = useState("start");
  const [refusal, setRefusal] = useState<unknown>(null);
  const place = places.find(({ key }) => key === selected) ?? places[0];
  const playback = usePlayback(board.recording.seconds);
  const choose = (key: string) => {
    setSelected(key);
    const chosen = places.find((one) => one.key === key);
    if (chosen) playback.seek(chosen.at);
  };
  useCommands((command) => {
    if (command === "undo" && state.canUndo) editor.undo();
    else return false;
    return true;
  });
  const remove = () =>
    void api.deleteRecording(id).then(
      () => navigate("/"),
      (error: unknown) => setRefusal(error),
    );

  return (
    <section className="timeline-editor" aria-label="Recording">
      <div className="projects-head">
        <h1>{recording.name}</h1>
        <span className="quiet-text saved" role="status">
          {state.saving ? "Saving…" : state.error === null && !state.conflict ? "Saved" : ""}
        </span>
        <Button icon="undo" disabled={!state.canUndo} onClick={() => editor.undo()}>
          Undo
        </Button>
        <IconButton icon="trash" label="Delete this recording" onClick={remove} />
      </div>
      {state.conflict && <Conflict editor={editor} />}
      {state.error !== null && <Failure error={state.error} onRetry={() => void editor.flush()} />}
      <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
      <div className="recording-desk">
        <Player recording={recording} board={board} playback={playback} />
        {place?.kind === "state" && (
          <StatePanel
            key={place.key}
            recordingId={id}
            board={board}
            place={place}
            playback={playback}
            onChange={(next) => editor.change(next)}
            onRefused={setRefusal}
          />
        )}
        {place?.kind === "action" && (
          <ActionPanel
            key={place.key}
            recordingId={id}
            board={board}
            action={place.action}
            onChange={(next) => editor.change(next)}
          />
        )}
      </div>
      <Strip
        recordingId={id}
        places={places}
        selected={place?.key ?? ""}
        playing={placeAt(places, playback.time)?.key ?? ""}
        onSelect={choose}
      />
      <Generate
        recordingId={id}
        config={config}
        model={model}
        card={card}
        unsaved={state.conflict || state.error !== null}
        onReady={() => editor.flush()}
      />
    </section>
  );
}

function Conflict({ editor }: { editor: StoryboardEditor }) {
  return (
    <Notice
      tone="problem"
      title="The steps were changed elsewhere meanwhile."
      hint="Keep one; Undo brings the other."
      action={
        <div className="choices">
          <Button kind="primary" onClick={() => editor.keepMine()}>
            Keep mine
          </Button>
          <Button onClick={() => editor.takeTheirs()}>Take the others</Button>
        </div>
      }
    />
  );
}
