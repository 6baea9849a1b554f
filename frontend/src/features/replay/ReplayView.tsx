import { useState, type ReactNode } from "react";
import { blobUrl } from "../../protocol/client";
import type { StepVerdict, Storyboard } from "../../protocol/events";
import { actionWords, stateOf } from "../../state/storyboard";
import type { RunView, ViewRevision } from "../../state/view";
import * as format from "../../ui/format";
import { Notice } from "../../ui/Notice";
import { ScoreBar } from "../../ui/Score";
import { StageBody } from "../studio/StageBody";

interface ReplayViewProps {
  tabs: ReactNode;
  runId: string;
  view: RunView;
  shown: ViewRevision | null;
}

/** What the recording shows and what the page did, in step; one slider along both. */
export function ReplayView({ tabs, runId, view, shown }: ReplayViewProps) {
  const replay = shown ? view.replays[shown.number] : undefined;
  const steps = replay?.steps ?? [];
  const [chosen, setChosen] = useState(0);
  const place = Math.min(chosen, steps.length - 1);
  const verdict = steps[place];
  return (
    <>
      <div className="stage-bar">{tabs}</div>
      <StageBody label="Replay" kind="replay">
        {!view.storyboard || !verdict ? (
          <Notice
            title="This version has not been replayed."
            hint="What a page does is measured once its interactions are written."
          />
        ) : (
          <>
            <StepPair runId={runId} board={view.storyboard} verdict={verdict} />
            <input
              type="range"
              aria-label="Step of the replay"
              aria-valuetext={`Step ${place + 1} of ${steps.length}`}
              min={0}
              max={steps.length - 1}
              value={place}
              onChange={(event) => setChosen(Number(event.target.value))}
            />
            <ol className="replay-steps" aria-label="Replayed steps">
              {steps.map((step, index) => (
                <li key={step.action_id}>
                  <button
                    type="button"
                    aria-current={index === place ? "step" : undefined}
                    onClick={() => setChosen(index)}
                  >
                    <span>{wordsFor(view.storyboard, step)}</span>
                    <small>{resultOf(step)}</small>
                  </button>
                </li>
              ))}
            </ol>
          </>
        )}
      </StageBody>
    </>
  );
}

interface StepPairProps {
  runId: string;
  board: Storyboard;
  verdict: StepVerdict;
}

function StepPair({ runId, board, verdict }: StepPairProps) {
  const action = board.actions.find(({ id }) => id === verdict.action_id);
  const state = action && stateOf(board, action.to_state);
  return (
    <div className="replay-pair">
      <p>
        <strong>{wordsFor(board, verdict)}</strong>{" "}
        {verdict.after !== null && <ScoreBar value={verdict.after} label="Score after the step" />}
        {verdict.seconds !== null && ` · ${format.duration(verdict.seconds)}`}
        {action && verdict.seconds !== null && `, recorded ${format.duration(action.seconds)}`}
      </p>
      {verdict.problem && <p className="replay-problem">{verdict.problem}</p>}
      <figure>
        {state && <img src={blobUrl(runId, state.picture)} alt={`Recorded: ${state.name}`} />}
        <figcaption>Recording: {state?.name}</figcaption>
      </figure>
      <figure>
        {verdict.picture ? (
          <img src={blobUrl(runId, verdict.picture)} alt="The page after the step" />
        ) : (
          <p className="quiet-text">There is no picture of it.</p>
        )}
        <figcaption>Page</figcaption>
      </figure>
    </div>
  );
}

function wordsFor(board: Storyboard | null, { action_id }: StepVerdict): string {
  const action = board?.actions.find(({ id }) => id === action_id);
  return action ? actionWords(action) : action_id;
}

const resultOf = ({ done, after }: StepVerdict) =>
  !done ? "could not be done" : after === null ? "done" : format.score(after);
