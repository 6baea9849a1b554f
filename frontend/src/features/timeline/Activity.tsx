import { useEffect, useRef, type ReactNode } from "react";
import type { ModelOption, ProjectRun, WaitingMessage } from "../../protocol/api";
import { runFileUrl } from "../../protocol/client";
import { around, conversationOf } from "../../state/conversation";
import type { RunSnapshot } from "../../state/run";
import { foundWords } from "../../state/found";
import { aboutSpent, spentWords } from "../../state/spent";
import { Popover } from "../../ui/Popover";
import { OtherRuns } from "./OtherRuns";
import { PlanList } from "./PlanList";
import { LiveThought } from "./StepCard";
import { StepList } from "./StepList";
import { Words } from "./Words";
import { StepSearch, useFoundMarks, useStepSearch } from "./StepSearch";

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
const MANY_STEPS = 6; // from which they can be searched

export function Activity(props: ActivityProps) {
  const { run, runs, models, references, waiting, children, footer } = props;
  const { view, live, summary } = run;
  const list = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const { before, own, after } = around(conversationOf(runs), summary.id);
  const spent = spentWords(view);
  const thinking = live.reasoning || live.text;
  const stepSearch = useStepSearch(view);
  const { search } = stepSearch;
  useFoundMarks(list, search);

  useEffect(() => {
    const element = list.current;
    if (element && following.current && !search.words) element.scrollTop = element.scrollHeight;
  }, [view.steps, thinking, waiting.length, search.words]);

  return (
    <section className="activity" aria-label="Activity">
      {children}
      <PlanList steps={view.plan} />
      {view.steps.length >= MANY_STEPS && <StepSearch {...stepSearch} />}
      <div
        className="steps-scroll"
        ref={list}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          following.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
        }}
      >
        {references && <p className="references-line">{references}</p>}
        <OtherRuns tries={before} models={models} />
        {own && runs.length > 1 ? (
          <h2 className="try-heading" aria-current="true">
            Try {own.number}
          </h2>
        ) : (
          <h2 className="unseen">Steps</h2>
        )}
        {view.prompt && <Words text={view.prompt} />}
        {view.steps.length === 0 && !thinking && (
          <p className="no-steps">
            {view.state === "queued"
              ? "Each step appears here once a worker takes the run."
              : foundWords(view.found) || "Each step appears here as it is taken."}
          </p>
        )}
        <StepList view={view} runId={summary.id} label="Steps" search={search}>
          {thinking && view.state === "running" && <LiveThought text={thinking} />}
        </StepList>
        {spent && (
          <div className="run-spent">
            <Popover label="What these numbers mean" text={spent}>
              {aboutSpent(view).map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
            </Popover>
          </div>
        )}
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
