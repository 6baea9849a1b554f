import type { ProjectSummary } from "../../protocol/api";
import { Link } from "../../router";
import * as format from "../../ui/format";

/** A project as a thumbnail with its name, state and score. */
export function ProjectCard({ project, now }: { project: ProjectSummary; now: number }) {
  return (
    <Link className="card" href={`/p/${project.id}`}>
      {project.thumbnail_url ? (
        <img src={project.thumbnail_url} alt="" loading="lazy" />
      ) : (
        <span className="no-picture">No picture</span>
      )}
      <span id={nameId(project)}>{project.name}</span>
      <small>
        {project.archived && "Archived · "}
        {stateWords(project)} · {format.ago(project.updated_at, now)}
      </small>
    </Link>
  );
}

/** Of the element that holds a project's name. */
export const nameId = ({ id }: ProjectSummary) => `project-${id}`;

function stateWords({ state, score }: ProjectSummary): string {
  if (state === "queued") return "Waiting";
  if (state === "running") return "Working";
  if (score !== null) return format.score(score);
  return state === "failed" ? "Failed" : "No revision";
}
