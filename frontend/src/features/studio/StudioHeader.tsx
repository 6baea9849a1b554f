import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Project, ProjectRun } from "../../protocol/api";
import { api } from "../../protocol/client";
import type { ViewRevision } from "../../state/view";
import { Link, navigate } from "../../router";
import { conversationOf, STATE_WORDS } from "../../state/conversation";
import type { RunSnapshot } from "../../state/run";
import { neighbour } from "../../state/selection";
import { isApart, resultOf, standingWords } from "../../state/standing";
import { variantsOf } from "../../state/variants";
import { Button, IconButton, IconLink } from "../../ui/Button";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { Menu } from "../../ui/Menu";
import { ThemeMenu } from "../../ui/theme";
import { UndoRedo } from "../versions/UndoRedo";
import type { VersionsState } from "../versions/useVersions";
import { VersionsButton } from "../versions/VersionsButton";
import { ExportMenu } from "../share/ExportMenu";
import { ShareDialog } from "../share/ShareDialog";

interface StudioHeaderProps {
  project: Project;
  name: string;
  onName: (name: string) => void;
  run: RunSnapshot;
  shown: ViewRevision | null;
  active: boolean; // the run waits or works
  following: boolean;
  versions: VersionsState;
  onChoose: (number: number | null) => void;
  onFollow: () => void;
  onCompare: () => void;
  onHelp: () => void;
}

export function StudioHeader(props: StudioHeaderProps) {
  const { project, name, onName, run, shown, onHelp } = props;
  const links = shown ? run.links[shown.number] : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  // What was pressed on the way here is gone, and focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <header className="page-header studio-header">
      <Link className="back" href="/projects" aria-label="Projects">
        <Icon name="left" />
        <span>Projects</span>
      </Link>
      <h1 className="unseen" tabIndex={-1} ref={heading}>
        {name}
      </h1>
      <NameField projectId={project.id} name={name} onName={onName} />
      <VariantsLink project={project} runId={run.summary.id} />
      <RunMenu project={project} run={run} />
      <RevisionArrows {...props} />
      <div className="header-actions">
        <IconLink icon="download" label="Download zip" href={links?.zip_url} download />
        {shown && <TakeHome projectId={project.id} runId={run.summary.id} shown={shown} />}
        <ThemeMenu />
        <IconButton icon="help" label="Help" onClick={onHelp} />
      </div>
    </header>
  );
}

interface TakeHomeProps {
  projectId: string;
  runId: string;
  shown: ViewRevision;
}

function TakeHome({ projectId, runId, shown: { number } }: TakeHomeProps) {
  const [sharing, setSharing] = useState(false);
  return (
    <span className="take-home">
      <ExportMenu projectId={projectId} runId={runId} revision={number} />
      <IconButton icon="share" label="Share a link" onClick={() => setSharing(true)} />
      {sharing &&
        createPortal(
          <ShareDialog
            projectId={projectId}
            runId={runId}
            revision={number}
            onClose={() => setSharing(false)}
          />,
          document.body, // its own header is not the page's
        )}
    </span>
  );
}

interface NameFieldProps {
  projectId: string;
  name: string;
  onName: (name: string) => void;
}

function NameField({ projectId, name, onName }: NameFieldProps) {
  const [typed, setTyped] = useState(name);
  const [refused, setRefused] = useState(false);
  const save = () => {
    const wanted = typed.trim();
    if (!wanted || wanted === name) {
      setTyped(name);
      return;
    }
    api.renameProject(projectId, wanted).then(
      () => {
        onName(wanted);
        setRefused(false);
      },
      () => setRefused(true),
    );
  };
  return (
    <input
      className="name-field"
      aria-label="Project name"
      aria-invalid={refused}
      title={refused ? "The name was not saved: the server did not take it." : "Rename"}
      value={typed}
      maxLength={120}
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.currentTarget.blur();
        if (event.key === "Escape") setTyped(name);
      }}
    />
  );
}

/** Back to the takes of which the run on the stage is one. */
function VariantsLink({ project, runId }: { project: Project; runId: string }) {
  const group = project.runs.find(({ id }) => id === runId)?.group ?? null;
  const { length } = variantsOf(project.runs, group);
  if (length < 2) return null;
  return (
    <Link className="button quiet" href={`/p/${project.id}?variants=${group}`}>
      {length} variants
    </Link>
  );
}

/** The tries on the same mockups; shown once there is more than one. */
function RunMenu({ project, run }: { project: Project; run: RunSnapshot }) {
  const tries = conversationOf(project.runs);
  if (tries.length < 2) return null;
  const choices = tries.map(({ number, run: one }) => ({
    value: one.id,
    label: `Try ${number}`,
    note: [
      one.variant,
      outcome(one.id === run.summary.id ? nowOf(run) : one),
      one.prompt.slice(0, 60),
    ]
      .filter(Boolean)
      .join(" · "),
  }));
  return (
    <Menu
      label="Run"
      value={run.summary.id}
      choices={choices.toReversed()}
      onChoose={(runId) => navigate(`/p/${project.id}?run=${runId}`)}
    />
  );
}

type Outcome = Pick<ProjectRun, "state" | "score">;

/** How the run on the stage stands: the project's list of runs was read before. */
const nowOf = ({ view, queuePosition }: RunSnapshot): Outcome => ({
  state: queuePosition === null ? view.state : "queued",
  score: resultOf(view)?.score.total ?? null,
});

const outcome = ({ state, score }: Outcome): string =>
  score === null || state === "queued" || state === "running"
    ? STATE_WORDS[state]
    : format.score(score);

function RevisionArrows(props: StudioHeaderProps) {
  const { run, shown, active, following, versions, onChoose, onFollow, onCompare } = props;
  const { view } = run;
  if (!shown) return null;
  const previous = neighbour(view, shown, -1);
  const next = neighbour(view, shown, 1);
  const standing = standingWords(view, shown);
  const ended = view.state === "finished" || view.state === "failed";
  const apart = isApart(view);
  const newest = view.revisions.at(-1)?.number;
  return (
    <div className="revision-arrows" role="group" aria-label="Revisions">
      <IconButton
        icon="left"
        label="Previous revision"
        aria-keyshortcuts="["
        disabled={previous === null}
        onClick={() => onChoose(previous)}
      />
      <VersionsButton
        run={run}
        shown={shown}
        active={active}
        versions={versions}
        onChoose={onChoose}
        onCompare={onCompare}
      />
      <IconButton
        icon="right"
        label="Next revision"
        aria-keyshortcuts="]"
        disabled={next === null}
        onClick={() => onChoose(next)}
      />
      <Button kind="quiet" title={standing} disabled={following} onClick={onFollow}>
        {apart ? "Result" : ended && view.best_revision !== newest ? "Best" : "Latest"}
      </Button>
      {apart && (
        <Button
          kind="quiet"
          title={standing}
          disabled={shown.number === view.best_revision}
          onClick={() => onChoose(view.best_revision)}
        >
          Best match
        </Button>
      )}
      <UndoRedo versions={versions} />
    </div>
  );
}
