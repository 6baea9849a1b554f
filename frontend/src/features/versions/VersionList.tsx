import { lazy, Suspense, useState } from "react";
import { blobUrl } from "../../protocol/client";
import type { Difference } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import { revisionBefore } from "../../state/standing";
import type { ViewRevision } from "../../state/view";
import { Button, IconButton } from "../../ui/Button";
import * as format from "../../ui/format";
import { useNow } from "../../ui/hooks";
import { wordsOf } from "../../ui/Notice";
import { Change, ScoreBar } from "../../ui/Score";
import { sentenceOf } from "../compare/sentences";
import { authorOf, originOf } from "./authors";
import type { VersionsState } from "./useVersions";

const AboutVersion = lazy(() => import("./AboutVersion"));
const CodeChanges = lazy(() => import("./CodeChanges"));

export interface VersionListProps {
  run: RunSnapshot;
  shown: ViewRevision;
  active: boolean; // the run is at work
  versions: VersionsState;
  onChoose: (number: number) => void;
  onCompare: () => void; // opens the tab
  onClose: () => void;
}

type Opened = { dialog: "about" | "changes"; number: number } | null;

/** All versions, the newest first; what can be done with one is below it once it is on the stage. */
export default function VersionList(props: VersionListProps) {
  const { run, shown, active, versions, onChoose, onClose } = props;
  const { view } = run;
  const [opened, setOpened] = useState<Opened>(null);
  const refusal = versions.error === null ? null : wordsOf(versions.error);
  return (
    <>
      <div className="versions-head">
        <h2>Versions</h2>
        <Steps versions={versions} />
        <IconButton icon="close" label="Close the versions" onClick={onClose} />
      </div>
      {active && (
        <p className="quiet-text">
          The run is at work. Using, restoring and undoing wait until it has ended.
        </p>
      )}
      {refusal && (
        <p className="versions-problem" role="alert">
          {refusal.title} {refusal.hint}
        </p>
      )}
      <ol className="version-list" aria-label="Versions, newest first">
        {view.revisions.toReversed().map((one) => (
          <li key={one.number} className="version" data-shown={one.number === shown.number}>
            <Version {...props} version={one} onShow={() => onChoose(one.number)} />
            {one.number === shown.number && (
              <Actions {...props} onOpen={(dialog) => setOpened({ dialog, number: one.number })} />
            )}
          </li>
        ))}
      </ol>
      <Suspense fallback={null}>
        {opened?.dialog === "about" && (
          <AboutVersion run={run} number={opened.number} onClose={() => setOpened(null)} />
        )}
        {opened?.dialog === "changes" && (
          <CodeChanges run={run} number={opened.number} onClose={() => setOpened(null)} />
        )}
      </Suspense>
    </>
  );
}

function Steps({ versions }: { versions: VersionsState }) {
  const { undo, redo, undoLabel, redoLabel } = versions;
  return (
    <div className="version-steps">
      {undo && (
        <Button kind="quiet" icon="undo" onClick={undo}>
          {undoLabel}
        </Button>
      )}
      {redo && (
        <Button kind="quiet" icon="redo" onClick={redo}>
          {redoLabel}
        </Button>
      )}
    </div>
  );
}

interface VersionProps extends VersionListProps {
  version: ViewRevision;
  onShow: () => void;
}

function Version({ run, shown, version, onShow }: VersionProps) {
  const { view, summary } = run;
  const now = useNow(60_000);
  const before = revisionBefore(view, version);
  const picture = version.pages[0]?.screenshot;
  const origin = originOf(view, version);
  const worst = worstOf(version);
  const about = [authorOf(version), origin, format.ago(version.at, now)].filter(Boolean);
  return (
    <button
      type="button"
      className="version-show"
      aria-current={version.number === shown.number ? "true" : undefined}
      onClick={onShow}
    >
      <span className="version-picture">
        {picture && <img src={blobUrl(summary.id, picture.sha256)} alt="" loading="lazy" />}
      </span>
      <span className="version-words">
        <span className="version-line">
          <b>v{version.number}</b>
          <ScoreBar value={version.score.total} />
          {before && (
            <Change
              before={before.score.total}
              value={version.score.total}
              of={`revision ${before.number}`}
              short={`v${before.number}`}
              meant={version.author === "person"}
            />
          )}
          {version.number === view.result_revision && <em className="best-mark">result</em>}
          {version.number === view.best_revision && <em className="best-mark">best match</em>}
        </span>
        {worst && <small className="version-worst">Worst: {sentenceOf(worst)}</small>}
        {version.words.trim() && <span className="version-said">{version.words.trim()}</span>}
        <small>{about.join(" · ")}</small>
      </span>
    </button>
  );
}

/** What a person would notice first, of all its pages. */
const worstOf = ({ pages }: ViewRevision): Difference | undefined =>
  pages.flatMap(({ score }) => score.differences.slice(0, 1)).sort((a, b) => b.cost - a.cost)[0];

interface ActionsProps extends VersionListProps {
  onOpen: (dialog: "about" | "changes") => void;
}

function Actions({ run, shown, versions, onCompare, onClose, onOpen }: ActionsProps) {
  const { view } = run;
  const { number } = shown;
  const { use, restore, branch } = versions;
  const other = shown.made_from ?? view.revisions.find((one) => one.number !== number)?.number;
  const isResult = number === view.result_revision;
  return (
    <div className="version-actions" role="group" aria-label={`Version ${number}`}>
      {!isResult && (
        <Button kind="primary" disabled={use === null} onClick={() => use?.(number)}>
          Use this version
        </Button>
      )}
      {number !== view.revisions.at(-1)?.number && (
        <Button
          title="A new version with these files; nothing newer is lost"
          disabled={restore === null}
          onClick={() => void restore?.(number)}
        >
          Restore
        </Button>
      )}
      <Button
        title="Another try, that starts from this version"
        disabled={branch === null}
        onClick={() => branch?.(number)}
      >
        Branch
      </Button>
      {other !== undefined && (
        <>
          <Button
            kind="quiet"
            onClick={() => {
              versions.compareWith(other);
              onCompare();
              onClose();
            }}
          >
            Compare with v{other}
          </Button>
          <Button kind="quiet" onClick={() => onOpen("changes")}>
            Code changes
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={() => onOpen("about")}>
        About
      </Button>
    </div>
  );
}
