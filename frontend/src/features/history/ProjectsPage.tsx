import { useDeferredValue, useEffect, useRef, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { keepForStart, takeFiles } from "../../state/inbox";
import { ActionMenu } from "../../ui/ActionMenu";
import { Button } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { Segments } from "../../ui/Tabs";
import { FolderInput } from "../compose/DropZone";
import { ProjectItem } from "./ProjectItem";
import { useProjectActions, type ProjectActions } from "./useProjectActions";

const SHELVES = [
  { name: "active", label: "Active" },
  { name: "archived", label: "Archived" },
] as const;

type Shelf = (typeof SHELVES)[number]["name"];

export function ProjectsPage() {
  useTitle("Projects · Mockwright");
  const [search, setSearch] = useState("");
  const [shelf, setShelf] = useState<Shelf>("active");
  const [helpShown, setHelpShown] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const wanted = useDeferredValue(search);
  const [projects, reload] = useLoaded(`projects ${shelf} ${wanted}`, () =>
    api.projects(wanted, undefined, shelf === "archived"),
  );
  const { actions, notes, gone } = useProjectActions(reload, () => heading.current?.focus());
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });
  const showAll = () => {
    setSearch("");
    setShelf("active");
  };

  return (
    <div className="start">
      <PageHeader here="projects" onHelp={() => setHelpShown(true)} />
      <main>
        <div className="projects-head">
          <h1 tabIndex={-1} ref={heading}>
            Projects
          </h1>
          <Segments label="Which projects" options={SHELVES} selected={shelf} onSelect={setShelf} />
          <input
            type="search"
            aria-label="Search projects"
            placeholder="Search by name"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <ImportMenu />
          <Link className="button primary" href="/">
            New project
          </Link>
        </div>
        {notes}
        {projects.state === "loading" && <Notice title="Reading the list of projects…" />}
        {projects.state === "failed" && <Failure error={projects.error} onRetry={reload} />}
        {projects.state === "ready" && (
          <ProjectGrid
            projects={projects.data.filter(({ id }) => !gone.includes(id))}
            search={wanted}
            shelf={shelf}
            actions={actions}
            onShowAll={showAll}
          />
        )}
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

type Given = Parameters<typeof keepForStart>[0];

/** What is given here is looked at on the start page, where a mockup can join it. */
function begin(given: Given) {
  keepForStart(given);
  navigate("/");
}

/** A project made of a page that there is already: a zip or a folder, chosen or dropped. */
function ImportMenu() {
  const zip = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(
    () => takeFiles({ files: begin, folder: begin, address: () => {}, over: () => {} }),
    [],
  );
  return (
    <>
      <ActionMenu
        label="Import a page"
        icon="upload"
        text="Import"
        actions={[
          { label: "A zip", note: "with an index.html", onChoose: () => zip.current?.click() },
          {
            label: "A folder",
            note: "with an index.html",
            onChoose: () => folder.current?.click(),
          },
        ]}
      />
      <input
        ref={zip}
        type="file"
        accept=".zip"
        hidden
        aria-label="Zip of a page"
        onChange={(event) => begin(Array.from(event.target.files ?? []))}
      />
      <FolderInput ref={folder} onFolder={begin} />
    </>
  );
}

interface GridProps {
  projects: readonly ProjectSummary[];
  search: string;
  shelf: Shelf;
  actions: ProjectActions;
  onShowAll: () => void;
}

function ProjectGrid({ projects, search, shelf, actions, onShowAll }: GridProps) {
  const now = useNow(60_000);
  if (projects.length === 0) {
    return search || shelf === "archived" ? (
      <Notice
        title={search ? `No project is called “${search}”.` : "No project is archived."}
        action={<Button onClick={onShowAll}>Show all</Button>}
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
        <ProjectItem key={project.id} project={project} now={now} actions={actions} />
      ))}
    </ul>
  );
}
