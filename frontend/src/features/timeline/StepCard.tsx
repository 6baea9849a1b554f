import { memo, useState } from "react";
import { blobUrl } from "../../protocol/client";
import type { ImagePart } from "../../protocol/events";
import type { Step } from "../../state/view";
import { Dialog } from "../../ui/Dialog";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Change, ScoreBar } from "../../ui/Score";
import { linesOf } from "../select/SelectedElement";
import { Clamped } from "./Clamped";
import { detailOf, headingOf, iconOf } from "./describe";
import { excerptOf } from "./search";

interface StepProps {
  step: Step;
  before: number | null; // the score of the comparison before it
  runId: string;
}

interface StepCardProps extends StepProps {
  place: number; // among all steps of the run
  found: string; // the words that were looked for, where this is the step to see
}

/** One step: what, how long, what came of it. */
export const StepCard = memo(function StepCard(props: StepCardProps) {
  const { step, before, runId, place, found } = props;
  if (step.kind === "message" || step.kind === "edit_by_hand") {
    return (
      <li
        className={found ? "prompt found-step" : "prompt"}
        data-kind={step.kind}
        data-step={place}
      >
        <Clamped
          key={String(found !== "")}
          className=""
          text={step.text}
          lines="twelve"
          whole={found !== ""}
        />
        {step.selection && <small>About {linesOf(step.selection)}</small>}
      </li>
    );
  }
  const excerpt = excerptOf(step, found);
  return (
    <li
      className={`step ${step.state} ${found && "found-step"}`}
      data-kind={step.kind}
      data-step={place}
    >
      <span className="step-icon">
        <Icon name={iconOf(step)} />
      </span>
      <div className="step-body">
        {step.kind === "thought" ? (
          <Clamped key={String(found !== "")} className="said" text={step.text} whole={!!found} />
        ) : (
          <ToolResult
            key={String(found !== "")}
            step={step}
            before={before}
            runId={runId}
            whole={!!found}
          />
        )}
        {excerpt && (
          <p className="step-excerpt">
            It was called with <q>{excerpt}</q>
          </p>
        )}
      </div>
    </li>
  );
});

function ToolResult({ step, before, runId, whole }: StepProps & { whole: boolean }) {
  const heading = headingOf(step);
  const detail = detailOf(step);
  return (
    <>
      <div className="step-head">
        <span className="step-title">{heading}</span>
        {step.screenshot && <Thumbnail step={step} runId={runId} heading={heading} />}
        <StepTime step={step} />
      </div>
      {detail && <Clamped className="step-detail" text={detail} whole={whole} />}
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
        <Clamped className="step-problems" text={step.problems.join("\n")} whole={whole} />
      )}
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
