import { useRef, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { ActionMenu } from "../../ui/ActionMenu";
import { nameId, ProjectCard } from "./ProjectCard";
import type { ProjectActions } from "./useProjectActions";

interface ProjectItemProps {
  project: ProjectSummary;
  now: number;
  actions: ProjectActions;
}

/** A project's card with the menu of what can be done with all of it. */
export function ProjectItem({ project, now, actions }: ProjectItemProps) {
  const [renaming, setRenaming] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const { name } = project;
  const leave = () => {
    setRenaming(false);
    item.current?.querySelector("a")?.focus();
  };
  return (
    <li ref={item} className="project-item">
      <ProjectCard project={project} now={now} />
      {renaming && (
        <NameInput
          name={name}
          onName={(next) => {
            if (next && next !== name) actions.rename(project, next);
            leave();
          }}
        />
      )}
      <ActionMenu
        label="Options"
        about={nameId(project)}
        icon="more"
        actions={[
          { label: "Rename", onChoose: () => setRenaming(true) },
          {
            label: "Duplicate",
            note: "With all its revisions",
            onChoose: () => actions.duplicate(project),
          },
          project.archived
            ? { label: "Unarchive", onChoose: () => actions.archive(project) }
            : {
                label: "Archive",
                note: "Out of sight; found by search",
                onChoose: () => actions.archive(project),
              },
          { label: "Delete", kind: "danger", onChoose: () => actions.remove(project) },
        ]}
      />
    </li>
  );
}

/** A field over the card's name: Enter or leaving it saves, Esc does not. */
function NameInput({ name, onName }: { name: string; onName: (name: string) => void }) {
  const [typed, setTyped] = useState(name);
  const left = useRef(false); // Esc and Enter leave the field too
  const end = (next: string) => {
    if (left.current) return;
    left.current = true;
    onName(next.trim());
  };
  return (
    <input
      className="project-name"
      aria-label={`New name of ${name}`}
      autoFocus
      maxLength={120}
      spellCheck={false}
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => end(typed)}
      onKeyDown={(event) => {
        if (event.key === "Enter") end(typed);
        if (event.key === "Escape") end(name);
        if (event.key === "Enter" || event.key === "Escape") event.stopPropagation();
      }}
    />
  );
}
