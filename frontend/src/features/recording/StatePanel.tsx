import { useState } from "react";
import { api, statePictureUrl } from "../../protocol/client";
import type { Storyboard } from "../../protocol/events";
import {
  canSplit,
  mergeStates,
  moveAction,
  removeState,
  renameState,
  splitState,
  type Place,
} from "../../state/storyboard";
import { Button } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { CommittedField } from "./CommittedField";
import { Frame } from "./Frame";
import { frameOf } from "./pixels";
import type { Playback } from "./usePlayback";

interface StatePanelProps {
  recordingId: string;
  board: Storyboard;
  place: Extract<Place, { kind: "state" }>;
  playback: Playback;
  onChange: (board: Storyboard) => void;
  onRefused: (error: unknown) => void;
}

/** A state: its name, and whether it is one, two, none, or elsewhere. */
export function StatePanel(props: StatePanelProps) {
  const { recordingId, board, place, playback, onChange, onRefused } = props;
  const { state, action } = place;
  const [splitting, setSplitting] = useState(false);
  const others = board.states.filter(({ id }) => id !== state.id);
  const order = board.actions.findIndex(({ id }) => id === action?.id);
  const split = async () => {
    const { video, time } = playback;
    if (!video.current) return;
    setSplitting(true);
    try {
      const { sha256, ...size } = await api.addRecordingPicture(
        recordingId,
        await frameOf(video.current),
      );
      onChange(splitState(board, place, time, { picture: sha256, ...size }));
    } catch (error) {
      onRefused(error);
    } finally {
      setSplitting(false);
    }
  };
  return (
    <section className="panel" aria-label="State">
      <CommittedField
        label="Name"
        value={state.name}
        maxLength={80}
        onCommit={(name) => onChange(renameState(board, state.id, name))}
      />
      <Frame
        source={statePictureUrl(recordingId, state.picture)}
        state={state}
        scale={board.scale}
        label={`Picture of ${state.name}`}
      />
      <div className="panel-actions">
        {others.length > 0 && (
          <Menu
            label="Merge with"
            value=""
            shown="Merge with…"
            choices={others.map(({ id, name }) => ({ value: id, label: name }))}
            onChoose={(into) => onChange(mergeStates(board, state.id, into))}
          />
        )}
        <Button
          disabled={splitting || !playback.playable || !playback.video.current || !canSplit(board)}
          title="A new state from where the player stands"
          onClick={() => void split()}
        >
          Split at the player
        </Button>
        {action && (
          <>
            <Button
              icon="left"
              disabled={order <= 0}
              onClick={() => onChange(moveAction(board, action.id, -1))}
            >
              Earlier
            </Button>
            <Button
              icon="right"
              disabled={order === board.actions.length - 1}
              onClick={() => onChange(moveAction(board, action.id, 1))}
            >
              Later
            </Button>
          </>
        )}
        <Button
          icon="trash"
          disabled={others.length === 0}
          onClick={() => onChange(removeState(board, state.id))}
        >
          Delete
        </Button>
      </div>
    </section>
  );
}
