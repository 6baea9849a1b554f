import { useEffect, useEffectEvent, useId, useState } from "react";
import type { ProjectSummary } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Button } from "../../ui/Button";
import { wordsOf } from "../../ui/Notice";

const SHOWN_MS = 10_000;

/** A delete that was asked for. */
export interface Attempt {
  project: ProjectSummary;
  refusal: unknown; // null where the project is deleted
}

interface DeletionProps extends Attempt {
  onRestored: () => void;
  onLeave: () => void;
}

/** What became of a delete, and for some seconds the way back. */
export function Deletion({ project, refusal, onRestored, onLeave }: DeletionProps) {
  const [problem, setProblem] = useState<unknown>(null); // of the way back
  const leave = useEffectEvent(onLeave);
  const wordsId = useId();
  const error = refusal ?? problem;
  useEffect(() => {
    const timer = setTimeout(() => leave(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [error]);
  const undo = () => api.restoreProject(project.id).then(onRestored, setProblem);
  return (
    <div className="deletion" data-project={project.id} role={error === null ? "status" : "alert"}>
      <span id={wordsId}>
        {error === null ? `“${project.name}” is deleted.` : Object.values(wordsOf(error)).join(" ")}
      </span>
      {refusal === null && (
        <Button autoFocus aria-describedby={wordsId} onClick={() => void undo()}>
          Undo
        </Button>
      )}
    </div>
  );
}
