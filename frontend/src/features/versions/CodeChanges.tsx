import { useState } from "react";
import { blobUrl } from "../../protocol/client";
import type { RunSnapshot } from "../../state/run";
import type { ViewRevision } from "../../state/view";
import { Dialog } from "../../ui/Dialog";
import { Failure } from "../../ui/Failure";
import { useLoaded, useMedia } from "../../ui/hooks";
import { Menu } from "../../ui/Menu";
import { Segments } from "../../ui/Tabs";
import { readText } from "../files/contents";
import { changedFiles, textChange, type TextChange } from "./changedFiles";
import { DiffView, type DiffLook } from "./DiffView";

interface CodeChangesProps {
  run: RunSnapshot;
  number: number; // the version whose changes are shown first
  onClose: () => void;
}

const LOOKS = [
  { name: "unified", label: "Unified" },
  { name: "side", label: "Side by side" },
] as const;

/** What is different in the code of any two versions. */
export default function CodeChanges({ run, number, onClose }: CodeChangesProps) {
  const { revisions } = run.view;
  const first = revisions.find((one) => one.number === number);
  const other = revisions.findLast((one) => one.number !== number)?.number ?? number;
  const [from, setFrom] = useState(first?.made_from ?? (number > 1 ? number - 1 : other));
  const [to, setTo] = useState(number);
  const [look, setLook] = useState<DiffLook>("unified");
  const narrow = useMedia("(max-width: 900px)");
  const choices = revisions.toReversed().map(({ number: one, words }) => ({
    value: String(one),
    label: `v${one}`,
    note: words.trim().slice(0, 60),
  }));
  return (
    <Dialog title="Code changes" wide onClose={onClose}>
      <div className="changes-dialog">
        <div className="changes-bar">
          <span>From</span>
          <Menu
            label="From version"
            value={String(from)}
            choices={choices}
            onChoose={numberTo(setFrom)}
          />
          <span>to</span>
          <Menu
            label="To version"
            value={String(to)}
            choices={choices}
            onChoose={numberTo(setTo)}
          />
          {!narrow && (
            <Segments
              label="How changes are shown"
              options={LOOKS}
              selected={look}
              onSelect={setLook}
            />
          )}
        </div>
        <Changes
          run={run}
          from={revisions.find((one) => one.number === from)}
          to={revisions.find((one) => one.number === to)}
          look={narrow ? "unified" : look}
        />
      </div>
    </Dialog>
  );
}

const numberTo = (set: (number: number) => void) => (value: string) => set(Number(value));

interface ChangesProps {
  run: RunSnapshot;
  from: ViewRevision | undefined;
  to: ViewRevision | undefined;
  look: DiffLook;
}

function Changes({ run, from, to, look }: ChangesProps) {
  const runId = run.summary.id;
  const files = changedFiles(from?.files ?? [], to?.files ?? []);
  const [loaded, retry] = useLoaded(`${from?.number} ${to?.number}`, async () => ({
    of: `${from?.number} ${to?.number}`,
    changes: await Promise.all(
      files.map((file) => textChange(file, (sha256) => readText(runId, sha256))),
    ),
  }));
  if (loaded.state === "failed") return <Failure error={loaded.error} onRetry={retry} />;
  if (loaded.state === "loading") return <p className="quiet-text">Reading the files…</p>;
  const { changes } = loaded.data;
  if (changes.length === 0)
    return <p className="changes-none">These two have the same files, letter by letter.</p>;
  const [added, removed] = [sum(changes, "added"), sum(changes, "removed")];
  return (
    <div className="changes">
      <p className="changes-sum" role="status">
        {changes.length === 1 ? "1 file" : `${changes.length} files`} ·{" "}
        <Counts {...{ added, removed }} />
      </p>
      {changes.map((change) => (
        <section key={`${loaded.data.of} ${change.path}`} aria-label={change.path}>
          <h3>
            {change.path} <Counts {...change} />
          </h3>
          {change.before === null || change.after === null ? (
            <Picture run={run} path={change.path} to={to} />
          ) : (
            <DiffView
              path={change.path}
              before={change.before}
              after={change.after}
              look={look}
              label={`Changes of ${change.path}`}
            />
          )}
        </section>
      ))}
    </div>
  );
}

const sum = (changes: readonly TextChange[], of: "added" | "removed") =>
  changes.reduce((total, change) => total + change[of], 0);

function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <small className="change-counts">
      <ins>+{added}</ins> <del>−{removed}</del>
      <span className="unseen">
        {" "}
        {added} lines added, {removed} removed
      </span>
    </small>
  );
}

function Picture({
  run,
  path,
  to,
}: {
  run: RunSnapshot;
  path: string;
  to: ViewRevision | undefined;
}) {
  const file = to?.files.find((one) => one.path === path);
  if (!file) return <p className="quiet-text">This file is gone.</p>;
  return (
    <div className="file-picture">
      <img src={blobUrl(run.summary.id, file.sha256)} alt={`${path} as it is now`} />
    </div>
  );
}
