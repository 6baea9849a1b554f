import { memo, useState } from "react";
import { blobUrl } from "../../protocol/client";
import type { ImagePart } from "../../protocol/events";
import type { Step } from "../../state/view";
import { Dialog } from "../../ui/Dialog";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Change, ScoreBar } from "../../ui/Score";
import { linesOf } from "../select/SelectedElement";
import { detailOf, headingOf, iconOf } from "./describe";

interface StepProps {
  step: Step;
  before: number | null; // the score of the comparison before it
  runId: string;
}

/** One step: what, how long, what came of it. */
export const StepCard = memo(function StepCard({ step, before, runId }: StepProps) {
  if (step.kind === "message") {
    return (
      <li className="prompt" data-kind="message">
        {step.text}
        {step.selection && <small>About {linesOf(step.selection)}</small>}
      </li>
    );
  }
  if (step.kind === "edit_by_hand") {
    return (
      <li className="prompt" data-kind={step.kind}>
        {step.text}
      </li>
    );
  }
  return (
    <li className={`step ${step.state}`} data-kind={step.kind}>
      <span className="step-icon">
        <Icon name={iconOf(step)} />
      </span>
      <div className="step-body">
        {step.kind === "thought" ? (
          <Thought text={step.text} />
        ) : (
          <ToolResult step={step} before={before} runId={runId} />
        )}
      </div>
    </li>
  );
});

function ToolResult({ step, before, runId }: StepProps) {
  const heading = headingOf(step);
  const detail = detailOf(step);
  return (
    <>
      <div className="step-head">
        <span className="step-title">{heading}</span>
        <StepTime step={step} />
      </div>
      {detail && <p className="step-detail">{detail}</p>}
      {step.score && (
        <p className="step-score">
          <ScoreBar value={step.score.total} />
          {before !== null && (
            <Change
              before={before}
              value={step.score.total}
              of="the comparison before"
              short="before"
            />
          )}
        </p>
      )}
      {step.problems.length > 0 && (
        <ul className="step-problems">
          {step.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {step.screenshot && <Thumbnail step={step} runId={runId} heading={heading} />}
    </>
  );
}

function StepTime({ step }: { step: Step }) {
  if (step.state === "running") return <span className="step-time working">now</span>;
  if (step.state === "interrupted") return <span className="step-time">stopped</span>;
  return step.seconds === null ? null : (
    <span className="step-time">{format.duration(step.seconds)}</span>
  );
}

function Thumbnail({ step, runId, heading }: { step: Step; runId: string; heading: string }) {
  const [enlarged, setEnlarged] = useState(false);
  const picture = step.screenshot;
  if (!picture) return null;
  const source = blobUrl(runId, picture.sha256);
  const what = step.kind === "compare" ? "Heat map" : heading;
  return (
    <>
      <button
        type="button"
        className="step-thumbnail"
        aria-label={`Enlarge: ${what}`}
        onClick={() => setEnlarged(true)}
      >
        <img src={source} alt="" loading="lazy" style={{ aspectRatio: thumbnailShape(picture) }} />
      </button>
      {enlarged && (
        <Dialog title={what} wide onClose={() => setEnlarged(false)}>
          <div className="enlarged">
            <img src={source} alt={what} width={picture.width} height={picture.height} />
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The picture's own shape; of a long page the top is enough. */
const thumbnailShape = ({ width, height }: ImagePart) =>
  Math.min(2.4, Math.max(0.75, width / height));

/** Thought is folded: its first line, and the rest on demand. */
function Thought({ text }: { text: string }) {
  const [first = "", ...rest] = text.trim().split("\n");
  if (rest.length === 0 && first.length < 90) return <p className="step-title said">{first}</p>;
  return (
    <details className="thought">
      <summary>
        <span>{first}</span>
      </summary>
      <p>{text.trim()}</p>
    </details>
  );
}

/** What is being thought right now; it is not in the record yet. */
export function LiveThought({ text }: { text: string }) {
  return (
    <li className="step running" data-kind="thought">
      <span className="step-icon">
        <Icon name="thought" />
      </span>
      <div className="step-body">
        <div className="step-head">
          <span className="step-title">Thinking</span>
          <span className="step-time working">now</span>
        </div>
        <p className="live-thought">{text.slice(-600)}</p>
      </div>
    </li>
  );
}
