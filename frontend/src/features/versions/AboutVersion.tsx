import type { ReactNode } from "react";
import type { Provenance, ProvenanceStep } from "../../protocol/api";
import { api } from "../../protocol/client";
import type { RunSnapshot } from "../../state/run";
import { Dialog } from "../../ui/Dialog";
import { Failure } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useLoaded } from "../../ui/hooks";
import { Connections } from "./Connections";

interface AboutVersionProps {
  run: RunSnapshot;
  number: number;
  onClose: () => void;
}

/** Where a version comes from, as its zip tells too. */
export default function AboutVersion({ run, number, onClose }: AboutVersionProps) {
  const runId = run.summary.id;
  const [told, retry] = useLoaded(`${runId} ${number}`, () => api.provenance(runId, number));
  return (
    <Dialog title={`About version ${number}`} onClose={onClose}>
      <div className="about-dialog">
        {told.state === "loading" && <p className="quiet-text">Reading where it comes from…</p>}
        {told.state === "failed" && <Failure error={told.error} onRetry={retry} />}
        {told.state === "ready" && <About provenance={told.data} runId={runId} />}
        <Connections view={run.view} />
        <p className="quiet-text">
          The zip holds this as <code>PROVENANCE.json</code>, without your words.
        </p>
      </div>
    </Dialog>
  );
}

function About({ provenance, runId }: { provenance: Provenance; runId: string }) {
  const { steps, score, stack, thinking, limits, mockups } = provenance;
  const [own] = steps;
  if (!own) return null;
  const { model } = own;
  return (
    <dl className="about-version">
      <Row name="Made">
        {when(own.made_at)}, {HOW[own.way]}
      </Row>
      {model && (
        <>
          <Row name="Model">{model.label}</Row>
          {model.id !== "draft" && (
            <Row name="Its server says">
              {model.served_as ? <code>{model.served_as}</code> : "nothing of which model answered"}
            </Row>
          )}
          <Row name="Prompt version">
            <code>{model.prompt_version}</code>
          </Row>
          {Object.keys(model.settings).length > 0 && (
            <Row name="Settings">
              {Object.entries(model.settings)
                .map(([name, value]) => `${name} ${value}`)
                .join(" · ")}
            </Row>
          )}
        </>
      )}
      <Row name="Run">
        {[
          stack,
          thinking && `thinking ${thinking}`,
          `at most ${limits.steps} steps and ${format.clock(limits.seconds)}`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </Row>
      <Row name="Score">{format.score(score.total)}</Row>
      <Row name="Comes from">
        <ol className="about-steps">
          {steps.slice(1).map((step) => (
            <li key={`${step.run} ${step.revision}`}>
              v{step.revision}
              {step.run !== runId && " of another try"}, {HOW[step.way]}
            </li>
          ))}
          <li>{BEGAN[provenance.began_as]}</li>
        </ol>
      </Row>
      <Row name={mockups.length === 1 ? "Mockup" : "Mockups"}>
        {mockups.map(({ sha256, width, height }) => (
          <span key={sha256} className="about-mockup">
            {width} × {height} px, SHA-256 <code title={sha256}>{sha256.slice(0, 12)}…</code>
          </span>
        ))}
      </Row>
      {own.product_version && <Row name="Mockwright">{own.product_version}</Row>}
    </dl>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const HOW: Readonly<Record<ProvenanceStep["way"], string>> = {
  model: "by the model",
  edit: "by you, by hand",
  command: "by you, by a plain command",
  inspector: "by you, in the inspector",
  restore: "by you: an earlier version again",
  branch: "by you: branched off",
};

const BEGAN: Readonly<Record<Provenance["began_as"], string>> = {
  mockups: "the mockups alone",
  "uploaded page": "the page that you uploaded",
  "not noted": "what came before was not noted when it was made",
};

const when = (iso: string) =>
  new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
