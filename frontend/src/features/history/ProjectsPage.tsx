import { useDeferredValue, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button, IconButton } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { KeyList } from "../../ui/KeyList";
import { Notice, wordsOf } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { ProjectCard } from "./ProjectCard";

export function ProjectsPage() {
  useTitle("Projects · Mockwright");
  const [search, setSearch] = useState("");
  const [keysShown, setKeysShown] = useState(false);
  const wanted = useDeferredValue(search);
  const [projects, reload] = useLoaded(`projects ${wanted}`, () => api.projects(wanted));
  useCommands((command) => {
    if (command === "help") setKeysShown(true);
    return command === "help";
  });

  return (
    <div className="start">
      <PageHeader here="projects" onHelp={() => setKeysShown(true)} />
      <main>
        <div className="projects-head">
          <h1>Projects</h1>
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
        {projects.state === "loading" && <Notice title="Reading the list of projects…" />}
        {projects.state === "failed" && <Failure error={projects.error} onRetry={reload} />}
        {projects.state === "ready" && (
          <ProjectGrid
            projects={projects.data}
            search={wanted}
            onDeleted={reload}
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
  onDeleted: () => void;
  onClear: () => void;
}

function ProjectGrid({ projects, search, onDeleted, onClear }: GridProps) {
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
          <DeleteButton project={project} onDeleted={onDeleted} />
        </li>
      ))}
    </ul>
  );
}

/** Asks once more in place before a project is gone. */
function DeleteButton({ project, onDeleted }: { project: ProjectSummary; onDeleted: () => void }) {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState("");
  const remove = () =>
    api
      .deleteProject(project.id)
      .then(onDeleted, (error: unknown) => setProblem(wordsOf(error).title));
  if (!asking) {
    return (
      <IconButton icon="trash" label={`Delete ${project.name}`} onClick={() => setAsking(true)} />
    );
  }
  return (
    <div className="confirm" role="group" aria-label={`Delete ${project.name}?`}>
      <span>{problem || "Delete for good?"}</span>
      <Button kind="danger" autoFocus onClick={() => void remove()}>
        Delete
      </Button>
      <Button kind="quiet" onClick={() => setAsking(false)}>
        Keep
      </Button>
    </div>
  );
}
