import { useState } from "react";
import type { ModelOption, ProjectRun } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { STATE_WORDS, type Try } from "../../state/conversation";
import { readView } from "../../state/run";
import { Failure } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useLoaded } from "../../ui/hooks";
import { StepList } from "./StepList";
import { Words } from "./Words";

interface OtherRunsProps {
  tries: readonly Try[];
  models: readonly ModelOption[];
}

/** The project's other runs, where they stand in its conversation: their words, and steps on demand. */
export function OtherRuns({ tries, models }: OtherRunsProps) {
  return tries.map(({ number, run }) => (
    <section key={run.id} className="other-run" aria-label={`Try ${number}`}>
      <OtherRun number={number} run={run} models={models} />
    </section>
  ));
}

interface OtherRunProps {
  number: number;
  run: ProjectRun;
  models: readonly ModelOption[];
}

function OtherRun({ number, run, models }: OtherRunProps) {
  const [open, setOpen] = useState(false);
  const model = models.find(({ id }) => id === run.model)?.label ?? "A model that was removed";
  const words = [run.prompt, ...(open ? [] : run.messages)].filter((text) => text.trim());
  return (
    <>
      <h2 className="try-heading">
        Try {number} · {model}
      </h2>
      {words.map((text, place) => (
        <Words key={place} text={text} />
      ))}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{outcomeOf(run)}</summary>
        {open && <OtherSteps runId={run.id} />}
      </details>
      <Link className="other-run-open" href={`/p/${run.project_id}?run=${run.id}`}>
        Show this try
      </Link>
    </>
  );
}

function OtherSteps({ runId }: { runId: string }) {
  const [view, retry] = useLoaded(runId, () => readView((after) => api.events(runId, after)));
  switch (view.state) {
    case "loading":
      return <p className="no-steps">Reading its steps…</p>;
    case "failed":
      return <Failure error={view.error} onRetry={retry} />;
    case "ready":
      return <StepList view={view.data} runId={runId} label="Steps of this try" />;
    default:
      return view satisfies never;
  }
}

function outcomeOf({ state, score, revisions }: ProjectRun): string {
  const made = revisions === 1 ? "1 revision" : `${revisions || "no"} revisions`;
  const reached = score === null ? [] : [format.score(score)];
  return [STATE_WORDS[state], made, ...reached].join(" · ");
}
