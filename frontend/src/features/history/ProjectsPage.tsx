import { useDeferredValue, useRef, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button, IconButton } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { Deletion, type Attempt } from "./Deletion";
import { ProjectCard } from "./ProjectCard";

export function ProjectsPage() {
  useTitle("Projects · Mockwright");
  const [search, setSearch] = useState("");
  const [helpShown, setHelpShown] = useState(false);
  const [deletions, setDeletions] = useState<readonly Attempt[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  const wanted = useDeferredValue(search);
  const [projects, reload] = useLoaded(`projects ${wanted}`, () => api.projects(wanted));
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });

  const tell = (attempt: Attempt) =>
    setDeletions((all) => [...all.filter((one) => one.project.id !== attempt.project.id), attempt]);
  const remove = (project: ProjectSummary) =>
    api.deleteProject(project.id).then(
      () => {
        tell({ project, refusal: null });
        reload();
      },
      (refusal: unknown) => tell({ project, refusal }),
    );
  const leave = (id: string) => {
    setDeletions((all) => all.filter(({ project }) => project.id !== id));
    if (document.activeElement?.closest(`[data-project="${id}"]`)) heading.current?.focus();
  };
  const gone = deletions.filter(({ refusal }) => refusal === null).map(({ project }) => project.id);

  return (
    <div className="start">
      <PageHeader here="projects" onHelp={() => setHelpShown(true)} />
      <main>
        <div className="projects-head">
          <h1 tabIndex={-1} ref={heading}>
            Projects
          </h1>
          <input
            type="search"
            aria-label="Search projects"
            placeholder="Search by name"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Link className="button primary" href="/">
            New project
          </Link>
        </div>
        <div className="deletions">
          {deletions.map((attempt) => (
            <Deletion
              key={attempt.project.id}
              {...attempt}
              onRestored={() => {
                leave(attempt.project.id);
                reload();
              }}
              onLeave={() => leave(attempt.project.id)}
            />
          ))}
        </div>
        {projects.state === "loading" && <Notice title="Reading the list of projects…" />}
        {projects.state === "failed" && <Failure error={projects.error} onRetry={reload} />}
        {projects.state === "ready" && (
          <ProjectGrid
            projects={projects.data.filter(({ id }) => !gone.includes(id))}
            search={wanted}
            onDelete={(project) => void remove(project)}
            onClear={() => setSearch("")}
          />
        )}
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

interface GridProps {
  projects: readonly ProjectSummary[];
  search: string;
  onDelete: (project: ProjectSummary) => void;
  onClear: () => void;
}

function ProjectGrid({ projects, search, onDelete, onClear }: GridProps) {
  const now = useNow(60_000);
  if (projects.length === 0) {
    return search ? (
      <Notice
        title={`No project is called “${search}”.`}
        action={<Button onClick={onClear}>Show all</Button>}
      />
    ) : (
      <Notice
        title="No project yet."
        hint="Drop a mockup, or take one of the examples."
        action={
          <Link className="button primary" href="/">
            Start
          </Link>
        }
      />
    );
  }
  return (
    <ul className="project-grid">
      {projects.map((project) => (
        <li key={project.id}>
          <ProjectCard project={project} now={now} />
          <IconButton
            icon="trash"
            label={`Delete ${project.name}`}
            onClick={() => onDelete(project)}
          />
        </li>
      ))}
    </ul>
  );
}
