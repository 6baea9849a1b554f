import { lazy, Suspense, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { markOf, standingWords } from "../../state/standing";
import { Boundary } from "../../ui/Boundary";
import { useClosing } from "../../ui/hooks";
import { Icon } from "../../ui/Icon";
import type { VersionListProps } from "./VersionList";

const VersionList = lazy(() => import("./VersionList"));

/** Which version is on the stage, and behind it all there are. */
export function VersionsButton(props: Omit<VersionListProps, "onClose">) {
  const { run, shown } = props;
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const panelId = useId();
  useClosing(root, open, () => setOpen(false));
  useEffect(() => {
    if (open) panel.current?.focus();
  }, [open]);
  // What was pressed there may be gone, and focus with it.
  useEffect(() => {
    if (open && document.activeElement === document.body) panel.current?.focus();
  });
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    close();
    event.stopPropagation();
    event.preventDefault();
  };
  const mark = markOf(run.view, shown);
  return (
    <div className="versions" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="button quiet versions-button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        title={standingWords(run.view, shown) || "All versions"}
        onClick={() => setOpen(!open)}
      >
        <span aria-live="polite">
          <b>v{shown.number}</b> <span className="quiet-text">of {run.view.revisions.length}</span>{" "}
          {mark && <em className="best-mark">{mark}</em>}
        </span>
        <Icon name="down" />
      </button>
      {open && (
        <div
          ref={panel}
          id={panelId}
          className="versions-panel"
          role="dialog"
          aria-label="Versions"
          tabIndex={-1}
        >
          <Boundary instead={<p role="alert">The list could not be loaded. Reload the page.</p>}>
            <Suspense fallback={<p className="quiet-text">Reading the versions…</p>}>
              <VersionList {...props} onClose={close} />
            </Suspense>
          </Boundary>
        </div>
      )}
    </div>
  );
}
