import { useEffect, useEffectEvent, useId, useState } from "react";
import { Button } from "../../ui/Button";
import { wordsOf } from "../../ui/Notice";

const SHOWN_MS = 10_000;

/** What was done with a project, or why it was not; `undo` is the way back, where there is one. */
export interface Outcome {
  projectId: string;
  done: string;
  undo: (() => Promise<unknown>) | null;
  refusal: unknown; // null where it is done
}

interface ProjectNoteProps extends Outcome {
  onUndone: () => void;
  onLeave: () => void;
}

/** What became of a choice in a project's menu, and for some seconds the way back. */
export function ProjectNote({ projectId, done, undo, refusal, ...on }: ProjectNoteProps) {
  const [problem, setProblem] = useState<unknown>(null); // of the way back
  const leave = useEffectEvent(on.onLeave);
  const wordsId = useId();
  const error = refusal ?? problem;
  useEffect(() => {
    const timer = setTimeout(() => leave(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [error]);
  return (
    <div
      className="project-note"
      data-project={projectId}
      role={error === null ? "status" : "alert"}
    >
      <span id={wordsId}>{error === null ? done : Object.values(wordsOf(error)).join(" ")}</span>
      {refusal === null && undo && (
        <Button
          autoFocus
          aria-describedby={wordsId}
          onClick={() => void undo().then(on.onUndone, setProblem)}
        >
          Undo
        </Button>
      )}
    </div>
  );
}
