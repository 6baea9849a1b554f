import { useEffect, useEffectEvent, useState } from "react";
import type { Problem, ProjectRun } from "../../protocol/api";
import { api, blobUrl } from "../../protocol/client";
import { Link } from "../../router";
import type { RunSnapshot, RunStore } from "../../state/run";
import { resultOf } from "../../state/standing";
import { statusOf } from "../../state/status";
import { takenWords } from "../../state/spent";
import type { Standing } from "../../state/variants";
import { Button } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useNow } from "../../ui/hooks";
import { wordsOf } from "../../ui/Notice";
import { ScoreBar } from "../../ui/Score";
import { useOpenedRun, useRunSnapshot } from "../studio/useRun";
import { currentStep, headingOf } from "../timeline/describe";

interface VariantTileProps {
  run: ProjectRun;
  messages: Readonly<Record<string, Problem>>;
  mark: "continued" | "best" | null;
  mockupUrl: string | undefined; // what is shown until there is a render
  onStanding: (standing: Standing) => void;
  onChoose: () => void;
}

/** One of several takes on a brief: how it looks and stands, as it is made. */
export function VariantTile(props: VariantTileProps) {
  const { run } = props;
  const opened = useOpenedRun(run.id);
  switch (opened.state) {
    case "loading":
      return <p className="variant-state">Reading {run.variant}…</p>;
    case "failed":
      return <Failure error={opened.error} onRetry={opened.retry} />;
    case "ready":
      return <LiveTile {...props} store={opened.store} />;
    default:
      return opened satisfies never;
  }
}

function LiveTile(props: VariantTileProps & { store: RunStore }) {
  const { run, store, messages, mark, mockupUrl, onStanding, onChoose } = props;
  const snapshot = useRunSnapshot(store);
  const { view } = snapshot;
  const result = resultOf(view) ?? view.revisions.at(-1);
  const step = currentStep(view.steps);
  const status = statusOf(view, {
    queuePosition: snapshot.queuePosition,
    step: snapshot.live.waiting ? "Waiting for the model" : step && headingOf(step),
    messages,
  });
  const active = status.action === "stop";
  const score = result?.score.total ?? null;
  const tell = useEffectEvent(onStanding);
  useEffect(() => tell({ score, active }), [score, active]);
  const [refusal, setRefusal] = useState<unknown>(null);
  const goOn = () => api.continueRun(run.id).then(() => setRefusal(null), setRefusal);
  const picture = latestPicture(snapshot);
  const studio = `/p/${run.project_id}?run=${run.id}`;
  const hint = refusal === null ? status.hint : Object.values(wordsOf(refusal)).join(" ");

  return (
    <>
      <Link
        className="variant-picture"
        href={studio}
        aria-label={`Open ${run.variant} in the studio`}
      >
        {picture ? (
          <img src={blobUrl(run.id, picture)} alt="" />
        ) : (
          mockupUrl && <img className="awaited" src={mockupUrl} alt="" />
        )}
      </Link>
      <div className="variant-words">
        <h2>
          {run.variant}
          {mark && <em className="best-mark">{mark === "best" ? "best match" : "continued"}</em>}
        </h2>
        {score !== null && <ScoreBar value={score} label={`Score of ${run.variant}`} />}
        <p className={`variant-state ${status.tone}`} role="status">
          {status.text}
          {status.tone === "failed" && hint && <small>{hint}</small>}
        </p>
        <Taken snapshot={snapshot} active={active} />
      </div>
      <div className="variant-actions">
        {result && (
          <Button kind={mark === "best" ? "primary" : "plain"} onClick={onChoose}>
            Continue with this
          </Button>
        )}
        {!result && status.action === "continue" && (
          <Button icon="refresh" onClick={() => void goOn()}>
            Continue
          </Button>
        )}
        {!result && status.action !== "continue" && (
          <Link className="button plain" href={studio}>
            Watch
          </Link>
        )}
      </div>
    </>
  );
}

/** Time, tokens and cost so far. */
function Taken({ snapshot: { view }, active }: { snapshot: RunSnapshot; active: boolean }) {
  const now = useNow(active ? 1000 : null);
  const began = view.started_at;
  const until = view.ended_at === null ? now : Date.parse(view.ended_at);
  const time = began === null ? "" : format.duration(Math.max(0, until - Date.parse(began)) / 1000);
  const words = [time, takenWords(view)].filter(Boolean).join(" · ");
  return words ? <p className="variant-taken">{words}</p> : null;
}

/** The newest render there is, of a revision or of a look in between. */
function latestPicture({ view }: RunSnapshot): string | undefined {
  const ended = view.ended_at !== null;
  const saved = (ended ? resultOf(view) : view.revisions.at(-1))?.pages[0]?.screenshot.sha256;
  const looked = view.steps.findLast(({ screenshot }) => screenshot !== null)?.screenshot?.sha256;
  return ended ? (saved ?? looked) : (looked ?? saved);
}
