import { useState } from "react";
import { statePictureUrl } from "../../protocol/client";
import type { Action, Rect, Storyboard } from "../../protocol/events";
import { boxIn, changeAction, KINDS, stateOf } from "../../state/storyboard";
import { Button } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { Segments } from "../../ui/Tabs";
import { CommittedField } from "./CommittedField";
import { Frame } from "./Frame";

type Kind = Action["kind"];
type Aim = "target" | "to";

const KIND_CHOICES = (Object.keys(KINDS) as Kind[]).map((value) => ({
  value,
  label: KINDS[value],
}));
const AIMS = [
  { name: "target", label: "What is dragged" },
  { name: "to", label: "Where it is dropped" },
] as const;
const TEXTS: Partial<Record<Kind, string>> = {
  type: "Text that is typed",
  select: "Option that is chosen",
  key: "Name of the key",
};
const SIDES = ["x", "y", "width", "height"] as const;

interface ActionPanelProps {
  recordingId: string;
  board: Storyboard;
  action: Action;
  onChange: (board: Storyboard) => void;
}

/** An action: what it is, and on what; the target is picked on the frame or typed. */
export function ActionPanel({ recordingId, board, action, onChange }: ActionPanelProps) {
  const { id, kind, words, text } = action;
  const [aimed, setAim] = useState<Aim>("target");
  const aim = kind === "drag" ? aimed : "target";
  const state = stateOf(board, action.from_state);
  const change = (changes: Partial<Action>) => onChange(changeAction(board, id, changes));
  const place = (box: Rect) => {
    const within = state && boxIn(state, board.scale, box);
    if (within) change({ [aim]: within });
  };
  const textLabel = TEXTS[kind];
  return (
    <section className="panel" aria-label="Action">
      <div className="panel-actions">
        <Menu
          label="Kind"
          value={kind}
          choices={KIND_CHOICES}
          onChoose={(next) => change({ kind: next })}
        />
        {kind === "drag" && (
          <Segments label="Box" options={AIMS} selected={aim} onSelect={setAim} />
        )}
        {action[aim] && (
          <Button onClick={() => change({ [aim]: null })}>The whole page is meant</Button>
        )}
      </div>
      {state && (
        <Frame
          source={statePictureUrl(recordingId, state.picture)}
          state={state}
          scale={board.scale}
          box={action[aim]}
          label={`Picture of ${state.name}`}
          onPick={place}
        />
      )}
      <p className="quiet-text">
        Click what the action is done on, or draw a box around it with the mouse.
      </p>
      <div className="panel-fields">
        {SIDES.map((side) => (
          <CommittedField
            key={side}
            label={side === "x" ? "Left" : side === "y" ? "Top" : side}
            type="number"
            min={0}
            value={String(Math.round(action[aim]?.[side] ?? 0))}
            onCommit={(value) =>
              place({ ...(action[aim] ?? WHOLE_NEW), [side]: Number(value) || 0 })
            }
          />
        ))}
      </div>
      <CommittedField
        label="Words on it"
        value={words}
        maxLength={300}
        onCommit={(next) => change({ words: next })}
      />
      {textLabel && (
        <CommittedField
          label={textLabel}
          value={text}
          maxLength={2000}
          onCommit={(next) => change({ text: next })}
        />
      )}
      {kind === "scroll" && (
        <CommittedField
          label="Pixels down"
          type="number"
          value={String(Math.round(action.scroll_by))}
          onCommit={(next) => change({ scroll_by: Number(next) || 0 })}
        />
      )}
    </section>
  );
}

const WHOLE_NEW: Rect = { x: 0, y: 0, width: 100, height: 40 }; // CSS pixels
