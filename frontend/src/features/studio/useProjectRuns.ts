import { useEffect, useState } from "react";
import type { Project, ProjectRun } from "../../protocol/api";
import { api } from "../../protocol/client";

const AGAIN_MS = 3000;

/** A project's runs, read anew while one that is not on the stage waits or works. */
export function useProjectRuns(project: Project, onStage: string): ProjectRun[] {
  const first = { project, runs: project.runs, isNew: true };
  const [kept, setRead] = useState(first);
  const { runs, isNew } = kept.project === project ? kept : first;
  const isOpen = runs.some(
    ({ id, state }) => id !== onStage && (state === "queued" || state === "running"),
  );
  useEffect(() => {
    if (!isOpen) return;
    const tell = (runs: ProjectRun[]) => setRead({ project, runs, isNew: false });
    const read = () =>
      api.project(project.id).then(
        (answer) => tell(answer.runs),
        () => tell([...runs]), // the server is away: ask again
      );
    const timer = setTimeout(() => void read(), isNew ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [project, runs, isNew, isOpen]);
  return runs;
}
