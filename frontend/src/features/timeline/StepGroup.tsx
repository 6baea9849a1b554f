import { useId, type ReactNode } from "react";
import { aboutGroup, type Group } from "../../state/groups";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Change } from "../../ui/Score";

interface StepGroupProps {
  group: Group;
  next: number | null; // the revision that is being worked on, where this group is to make it
  found: number; // how many of its steps have the words that are looked for
  open: boolean;
  onOpen: (open: boolean) => void;
  children: ReactNode; // its steps, drawn only while it is open
}

/** The steps that led to a revision, folded to one line. */
export function StepGroup({ group, next, found, open, onOpen, children }: StepGroupProps) {
  const panelId = useId();
  const about = next === null ? aboutGroup(group) : ""; // what comes of it is not known yet
  return (
    <li className="step-group" data-revision={group.revision?.number}>
      <h3>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? panelId : undefined}
          onClick={() => onOpen(!open)}
        >
          <Icon name={open ? "down" : "right"} />
          <GroupTitle group={group} next={next} />
          {found > 0 && <mark>{found} found</mark>}
        </button>
      </h3>
      {open && (
        <div id={panelId} className="step-group-body">
          {about && <p className="about-group">{about}</p>}
          <ol>{children}</ol>
        </div>
      )}
    </li>
  );
}

/** What steps are called that made no revision themselves. */
function unmadeWords({ towards, after }: Group): string {
  if (towards !== null) return `Towards v${towards}`;
  return after === null ? "No version" : `After v${after}`;
}

function GroupTitle({ group, next }: Pick<StepGroupProps, "group" | "next">) {
  const { revision, before, seconds, steps } = group;
  const count = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  const took =
    seconds === null ? null : <span className="group-time">{format.duration(seconds)}</span>;
  if (!revision) {
    return (
      <>
        <b>{next === null ? unmadeWords(group) : `Working on v${next}`}</b>
        {steps.length > 0 && <span>{count}</span>}
        {next === null && took}
      </>
    );
  }
  const meant = revision.author === "person";
  return (
    <>
      <b>v{revision.number}</b>
      <span>{format.score(revision.score.total)}</span>
      {before && (
        <Change
          before={before.score.total}
          value={revision.score.total}
          of={`revision ${before.number}`}
          short={`v${before.number}`}
          meant={meant}
        />
      )}
      {meant && <span>by you</span>}
      {took}
    </>
  );
}
