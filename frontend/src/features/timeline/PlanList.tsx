import type { PlanStep } from "../../protocol/events";
import { Icon } from "../../ui/Icon";

const MARKS = { open: "to do", doing: "under way", done: "done" } as const;

/** What the model means to do, and how far it is; folded once all is done. */
export function PlanList({ steps }: { steps: readonly PlanStep[] }) {
  if (steps.length === 0) return null;
  const done = steps.filter(({ state }) => state === "done").length;
  return (
    <details className="plan" open={done < steps.length} key={String(done < steps.length)}>
      <summary>
        Plan <span className="quiet-text">{`${done} of ${steps.length} done`}</span>
      </summary>
      <ol>
        {steps.map(({ text, state }, place) => (
          <li key={`${place} ${text}`} className={state}>
            <span className="plan-mark" role="img" aria-label={MARKS[state]}>
              {state === "done" && <Icon name="check" />}
            </span>
            {text}
          </li>
        ))}
      </ol>
    </details>
  );
}
