import { useDeferredValue, useRef, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button, IconButton } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { KeyList } from "../../ui/KeyList";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { Deletion, type Attempt } from "./Deletion";
import { ProjectCard } from "./ProjectCard";

export function ProjectsPage() {
  useTitle("Projects · Mockwright");
  const [search, setSearch] = useState("");
  const [keysShown, setKeysShown] = useState(false);
  const [deletion, setDeletion] = useState<Attempt | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const wanted = useDeferredValue(search);
  const [projects, reload] = useLoaded(`projects ${wanted}`, () => api.projects(wanted));
  useCommands((command) => {
    if (command === "help") setKeysShown(true);
    return command === "help";
  });

  const remove = (project: ProjectSummary) =>
    api.deleteProject(project.id).then(
      () => {
        setDeletion({ project, refusal: null });
        reload();
      },
      (refusal: unknown) => setDeletion({ project, refusal }),
    );
  const leave = () => {
    setDeletion(null);
    if (document.activeElement?.closest(".deletion")) heading.current?.focus();
  };
  const gone = deletion?.refusal === null ? deletion.project.id : null;

  return (
    <div className="start">
      <PageHeader here="projects" onHelp={() => setKeysShown(true)} />
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
        {deletion && (
          <Deletion
            key={deletion.project.id}
            {...deletion}
            onRestored={() => {
              leave();
              reload();
            }}
            onLeave={leave}
          />
        )}
        {projects.state === "loading" && <Notice title="Reading the list of projects…" />}
        {projects.state === "failed" && <Failure error={projects.error} onRetry={reload} />}
        {projects.state === "ready" && (
          <ProjectGrid
            projects={projects.data.filter(({ id }) => id !== gone)}
            search={wanted}
            onDelete={(project) => void remove(project)}
            onClear={() => setSearch("")}
          />
        )}
      </main>
      {keysShown && <KeyList onClose={() => setKeysShown(false)} />}
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
