import { useRef } from "react";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button } from "../../ui/Button";
import { useLoaded, useNow } from "../../ui/hooks";
import { ProjectItem } from "./ProjectItem";
import { useProjectActions } from "./useProjectActions";

const SHOWN = 6;

export function RecentProjects() {
  const [projects, retry] = useLoaded("recent", () => api.projects("", SHOWN));
  const heading = useRef<HTMLHeadingElement>(null);
  const { actions, notes, gone } = useProjectActions(retry, () => heading.current?.focus());
  const now = useNow(60_000);
  if (projects.state === "loading") return null; // it is below the fold of attention: no flicker
  if (projects.state === "failed") {
    return (
      <p className="shelf-problem">
        Recent projects could not be read.{" "}
        <Button kind="quiet" onClick={retry}>
          Retry
        </Button>
      </p>
    );
  }
  const shown = projects.data.filter(({ id }) => !gone.includes(id));
  return (
    <>
      {shown.length > 0 && (
        <section className="shelf" aria-labelledby="recent-title">
          <h2 id="recent-title" tabIndex={-1} ref={heading}>
            Recent projects <Link href="/projects">All</Link>
          </h2>
          <ul>
            {shown.map((project) => (
              <ProjectItem key={project.id} project={project} now={now} actions={actions} />
            ))}
          </ul>
        </section>
      )}
      {notes}
    </>
  );
}
