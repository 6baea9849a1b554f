import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button } from "../../ui/Button";
import { useLoaded, useNow } from "../../ui/hooks";
import { ProjectCard } from "./ProjectCard";

const SHOWN = 6;

export function RecentProjects() {
  const [projects, retry] = useLoaded("recent", () => api.projects("", SHOWN));
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
  if (projects.data.length === 0) return null;
  return (
    <section className="shelf" aria-labelledby="recent-title">
      <h2 id="recent-title">
        Recent projects <Link href="/projects">All</Link>
      </h2>
      <ul>
        {projects.data.map((project) => (
          <li key={project.id}>
            <ProjectCard project={project} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}
