import type { ReactNode } from "react";
import { scoresBefore } from "../../state/standing";
import type { RunView } from "../../state/view";
import { StepCard } from "./StepCard";

interface StepListProps {
  view: RunView;
  runId: string;
  label: string;
  children?: ReactNode; // what is under way
}

/** What happened in a run, a card each. */
export function StepList({ view, runId, label, children }: StepListProps) {
  const before = scoresBefore(view.steps);
  return (
    <ol className="steps" aria-label={label}>
      {view.steps.map((step, place) => (
        <StepCard
          key={`${step.id} ${step.started_at}`}
          step={step}
          before={before[place] ?? null}
          runId={runId}
        />
      ))}
      {children}
    </ol>
  );
}
