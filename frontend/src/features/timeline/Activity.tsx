import { useEffect, useRef, type ReactNode } from "react";
import type { ModelOption, ProjectRun, WaitingMessage } from "../../protocol/api";
import { runFileUrl } from "../../protocol/client";
import { around, conversationOf } from "../../state/conversation";
import type { RunSnapshot } from "../../state/run";
import { foundWords } from "../../state/found";
import { spentWords } from "../../state/spent";
import { OtherRuns } from "./OtherRuns";
import { PlanList } from "./PlanList";
import { LiveThought } from "./StepCard";
import { StepList } from "./StepList";

interface ActivityProps {
  run: RunSnapshot;
  runs: readonly ProjectRun[]; // of its project
  models: readonly ModelOption[];
  references: string; // what the project has beside mockups
  waiting: readonly WaitingMessage[];
  children: ReactNode; // the run's state, above the steps
  footer: ReactNode;
}

const NEAR_END = 80; // px from the end within which new steps are followed

export function Activity(props: ActivityProps) {
  const { run, runs, models, references, waiting, children, footer } = props;
  const { view, live, summary } = run;
  const list = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const { before, own, after } = around(conversationOf(runs), summary.id);
  const spent = spentWords(view);
  const thinking = live.reasoning || live.text;

  useEffect(() => {
    const element = list.current;
    if (element && following.current) element.scrollTop = element.scrollHeight;
  }, [view.steps, thinking, waiting.length]);

  return (
    <section className="activity" aria-label="Activity">
      {children}
      <PlanList steps={view.plan} />
      <div
        className="steps-scroll"
        ref={list}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          following.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {references && <p className="references-line">{references}</p>}
        <OtherRuns tries={before} models={models} />
        {own && runs.length > 1 && (
          <h3 className="try-heading" aria-current="true">
            Try {own.number}
          </h3>
        )}
        {view.prompt && <blockquote className="prompt">{view.prompt}</blockquote>}
        {view.steps.length === 0 && !thinking && (
          <p className="no-steps">
            {view.state === "queued"
              ? "Each step appears here once a worker takes the run."
              : foundWords(view.found) || "Each step appears here as it is taken."}
          </p>
        )}
        <StepList view={view} runId={summary.id} label="Steps">
          {thinking && view.state === "running" && <LiveThought text={thinking} />}
        </StepList>
        {spent && <p className="run-spent">{spent}</p>}
        {view.ended_at && (
          <p className="run-file">
            <a href={runFileUrl(summary.id)} download>
              Download this run as JSON
            </a>
          </p>
        )}
        {waiting.map(({ id, text }) => (
          <blockquote key={id} className="prompt">
            {text}
            <small>
              {view.state === "running" ? "Read before the next turn" : "Read when the run goes on"}
            </small>
          </blockquote>
        ))}
        <OtherRuns tries={after} models={models} />
      </div>
      {footer}
    </section>
  );
}
