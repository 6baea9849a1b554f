import { useMemo, useState, type ReactNode } from "react";
import { entriesOf, type Group, type PlacedStep } from "../../state/groups";
import type { RunView } from "../../state/view";
import { StepCard } from "./StepCard";
import { StepGroup } from "./StepGroup";

interface StepListProps {
  view: RunView;
  runId: string;
  label: string;
  search?: Search;
  children?: ReactNode; // what is under way
}

/** The words that are looked for, the places of the steps that have them, and the one to see. */
export interface Search {
  words: string;
  places: readonly number[];
  current: number | null;
}

const NOTHING: Search = { words: "", places: [], current: null };

/** What happened in a run: what was said, and between that the steps, under what they made. */
export function StepList({ view, runId, label, search = NOTHING, children }: StepListProps) {
  const [pressed, setPressed] = useState<Readonly<Record<string, boolean>>>({});
  const entries = useMemo(() => entriesOf(view), [view]);
  const running = view.state === "running";
  const newest = (view.revisions.at(-1)?.number ?? 0) + 1;
  const card = ({ step, place, before }: PlacedStep) => (
    <StepCard
      key={`${step.id} ${step.started_at}`}
      step={step}
      place={place}
      before={before}
      runId={runId}
      found={place === search.current ? search.words : ""}
    />
  );
  const grouped = (group: Group, under?: ReactNode) => {
    const places = group.steps.map(({ place }) => place);
    const isCurrent = group.isNewest && group.revision === null;
    const sought = search.current !== null && places.includes(search.current);
    return (
      <StepGroup
        key={group.key}
        group={group}
        next={isCurrent && running ? newest : null}
        found={search.places.filter((place) => places.includes(place)).length}
        open={sought || (pressed[group.key] ?? isCurrent)}
        onOpen={(open) => setPressed({ ...pressed, [group.key]: open })}
      >
        {group.steps.map(card)}
        {under}
      </StepGroup>
    );
  };
  const isUnderWay = (entry: (typeof entries)[number] | undefined): entry is Group =>
    entry?.kind === "group" && entry.isNewest && entry.revision === null;
  const last = entries.at(-1);
  return (
    <ol className="steps" aria-label={label}>
      {entries.map((entry) =>
        entry.kind === "spoken"
          ? card(entry.placed)
          : grouped(entry, isUnderWay(entry) && entry === last ? children : null),
      )}
      {children && !isUnderWay(last) && grouped(beginning(view), children)}
    </ol>
  );
}

/** A group whose first step is under way. */
const beginning = ({ steps }: RunView): Group => ({
  kind: "group",
  key: `step ${steps.length}`,
  steps: [],
  revision: null,
  towards: null,
  after: null,
  before: null,
  isNewest: true,
  seconds: null,
});
