import { useState, type ReactNode } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { ProjectNote, type Outcome } from "./ProjectNote";

export interface ProjectActions {
  rename: (project: ProjectSummary, name: string) => void;
  duplicate: (project: ProjectSummary) => void;
  archive: (project: ProjectSummary) => void; // or back among the others
  remove: (project: ProjectSummary) => void;
}

/**
 * What is done with whole projects. `notes` tell what became of it; `gone` are those that were
 * deleted. `focus` is where focus goes from a note that leaves.
 */
export function useProjectActions(reload: () => void, focus: () => void) {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [gone, setGone] = useState<readonly string[]>([]);

  const tell = (outcome: Outcome) =>
    setOutcomes((all) => [
      ...all.filter(({ projectId }) => projectId !== outcome.projectId),
      outcome,
    ]);
  const attempt = (
    { id }: ProjectSummary,
    work: Promise<unknown>,
    done: string,
    undo: Outcome["undo"] = null,
  ) =>
    work.then(
      () => {
        tell({ projectId: id, done, undo, refusal: null });
        reload();
      },
      (refusal: unknown) => tell({ projectId: id, done, undo, refusal }),
    );
  const leave = (id: string) => {
    setOutcomes((all) => all.filter(({ projectId }) => projectId !== id));
    if (document.activeElement?.closest(`.project-note[data-project="${id}"]`)) focus();
  };

  const actions: ProjectActions = {
    rename: (project, name) =>
      void attempt(project, api.renameProject(project.id, name), `It is called “${name}” now.`),
    duplicate: (project) =>
      void attempt(
        project,
        api.duplicateProject(project.id),
        `“${project.name}” is there twice, with all its revisions.`,
      ),
    archive: (project) =>
      void (project.archived
        ? attempt(
            project,
            api.unarchiveProject(project.id),
            `“${project.name}” is back among the others.`,
            () => api.archiveProject(project.id),
          )
        : attempt(project, api.archiveProject(project.id), `“${project.name}” is archived.`, () =>
            api.unarchiveProject(project.id),
          )),
    remove: (project) =>
      void attempt(
        project,
        api.deleteProject(project.id).then(() => setGone((all) => [...all, project.id])),
        `“${project.name}” is deleted.`,
        () =>
          api
            .restoreProject(project.id)
            .then(() => setGone((all) => all.filter((one) => one !== project.id))),
      ),
  };
  const notes: ReactNode = (
    <div className="project-notes">
      {outcomes.map((outcome) => (
        <ProjectNote
          key={outcome.projectId}
          {...outcome}
          onUndone={() => {
            leave(outcome.projectId);
            reload();
          }}
          onLeave={() => leave(outcome.projectId)}
        />
      ))}
    </div>
  );
  return { actions, notes, gone };
}
