import type { ReactNode } from "react";
import type { Limits } from "../../protocol/events";
import type { LineState } from "../../protocol/socket";
import type { RunView } from "../../state/view";
import type { Status } from "../../state/status";
import { Button, IconButton } from "../../ui/Button";
import * as format from "../../ui/format";
import { useNow } from "../../ui/hooks";
import { Popover } from "../../ui/Popover";

interface RunLineProps {
  view: RunView;
  status: Status;
  queuedAt: string;
  limits: Limits;
  busy: boolean;
  pausing: boolean;
  waiting: string; // for what, in words
  onPause: () => void;
  onStop: () => void;
  onContinue: () => void;
  children: ReactNode;
}

const LONGEST_SHOWN = 3600; // a run continued a day later did not work for a day

/** What the run is doing and for how long, with the one thing to do about it. */
export function RunLine({
  view,
  status,
  queuedAt,
  limits,
  busy,
  pausing,
  waiting,
  onPause,
  onStop,
  onContinue,
  children,
}: RunLineProps) {
  const active = status.action === "stop";
  const now = useNow(active ? 1000 : null);
  const since = Date.parse(view.started_at ?? queuedAt);
  const seconds = ((view.ended_at ? Date.parse(view.ended_at) : now) - since) / 1000;
  const working = status.tone === "working";
  const time = `${format.clock(seconds)} of ${format.clock(limits.seconds)}`;
  const spent = [
    `${time} · ${view.spent_steps} of ${limits.steps} steps`,
    ...(limits.cost === null
      ? []
      : [`${format.dollars(view.spent_cost)} of ${format.dollars(limits.cost)}`]),
  ].join(" · ");
  const hint = working ? waiting || (pausing ? "Pausing after this step" : "") : status.hint;
  return (
    <section className={`run-line ${status.tone}`} aria-label="Run">
      <span className="run-dot" aria-hidden="true" />
      <div className="run-words">
        <strong role="status" aria-live="polite">
          {status.text}
        </strong>
        {hint && <small>{hint}</small>}
        {working && !hint && (
          <Popover label="What these numbers mean" text={spent} down>
            <p>
              How long it works and how long it may, in minutes and seconds; how many calls of tools
              it has made and may make
              {limits.cost !== null && "; what its tokens cost and may cost"}. At a limit it stops,
              keeps all it has made, and can be continued.
            </p>
          </Popover>
        )}
      </div>
      {!working && seconds < LONGEST_SHOWN && (
        <div className="run-clock">
          <Popover label="What this time is" text={format.clock(seconds)} down end>
            <p>
              {active
                ? "How long it has waited, in minutes and seconds."
                : "From its start to its end, in minutes and seconds."}
            </p>
          </Popover>
        </div>
      )}
      {view.state === "running" && (
        <IconButton icon="pause" label="Pause" disabled={busy || pausing} onClick={onPause} />
      )}
      {status.action === "stop" && (
        <Button icon="stop" aria-keyshortcuts="Escape" disabled={busy} onClick={onStop}>
          {busy ? "Stopping…" : "Stop"}
        </Button>
      )}
      {status.action === "continue" && (
        <Button kind="primary" disabled={busy} onClick={onContinue}>
          Continue
        </Button>
      )}
      {children}
    </section>
  );
}

/** Quiet while all is well; otherwise how far the page is up to date. */
export function LineBar({ line, seq, active }: { line: LineState; seq: number; active: boolean }) {
  if (!active) return null;
  if (line === "reconnecting") {
    return (
      <p className="line-bar" role="status">
        Reconnecting… showing up to event {seq}
      </p>
    );
  }
  if (line === "polling") {
    return (
      <p className="line-bar" role="status">
        Live updates are blocked on the way; asking every second instead
      </p>
    );
  }
  return null;
}
