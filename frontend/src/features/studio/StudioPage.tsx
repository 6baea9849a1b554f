import { lazy, Suspense } from "react";
import type { Config, Project } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";
import { Link } from "../../router";
import { groupToChooseFrom, openedRun, variantsOf } from "../../state/variants";
import { Failure } from "../../ui/Failure";
import { useLoaded, useTitle } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { WholePage } from "../../ui/WholePage";
import { Studio } from "./Studio";
import { useProjectRuns } from "./useProjectRuns";
import { useOpenedRun } from "./useRun";

const VariantsPage = lazy(() => import("../variants/VariantsPage"));

interface StudioPageProps {
  config: Config;
  projectId: string;
  runId: string | null;
  group: string | null; // of variants
}

export default function StudioPage({ config, projectId, runId, group }: StudioPageProps) {
  useTitle("Mockwright");
  const [project, reload] = useLoaded(projectId, () => api.project(projectId));
  if (project.state === "loading") {
    return <Waiting words="Opening the project…" />;
  }
  if (project.state === "failed") {
    return <Trouble error={project.error} retry={reload} />;
  }
  const { runs } = project.data;
  const variants = runId === null ? (group ?? groupToChooseFrom(runs)) : null;
  if (variants !== null) {
    if (variantsOf(runs, variants).length === 0) return <Waiting words="Opening the variants…" />;
    return (
      <Suspense fallback={<Waiting words="Opening the variants…" />}>
        <VariantsPage
          key={variants}
          config={config}
          project={project.data}
          group={variants}
          onProjectChanged={reload}
        />
      </Suspense>
    );
  }
  const shown = runId ?? openedRun(runs)?.id;
  if (!shown) {
    return <Waiting words="This project has no run yet." />;
  }
  return (
    <OpenRun
      key={shown}
      config={config}
      project={project.data}
      runId={shown}
      onProjectChanged={reload}
    />
  );
}

interface OpenRunProps {
  config: Config;
  project: Project;
  runId: string;
  onProjectChanged: () => void;
}

function OpenRun({ config, project, runId, onProjectChanged }: OpenRunProps) {
  const run = useOpenedRun(runId);
  const runs = useProjectRuns(project, runId);
  switch (run.state) {
    case "loading":
      return <Waiting words={`Reading the record of “${project.name}”…`} />;
    case "failed":
      return <Trouble error={run.error} retry={run.retry} />;
    case "ready":
      return (
        <Studio
          config={config}
          project={{ ...project, runs }}
          store={run.store}
          onProjectChanged={onProjectChanged}
        />
      );
    default:
      return run satisfies never;
  }
}

function Waiting({ words }: { words: string }) {
  return (
    <main className="whole-page">
      <Notice title={words} action={<Link href="/projects">All projects</Link>} />
    </main>
  );
}

function Trouble({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <WholePage>
      <Failure error={error} onRetry={retry} kind="primary" />
      {!(error instanceof ApiError && error.gone) && <Link href="/projects">All projects</Link>}
    </WholePage>
  );
}
