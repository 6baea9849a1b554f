import { lazy, Suspense } from "react";
import { markOf, standingWords } from "../../state/standing";
import { Boundary } from "../../ui/Boundary";
import { Icon } from "../../ui/Icon";
import { usePopover } from "../../ui/usePopover";
import type { VersionListProps } from "./VersionList";

const VersionList = lazy(() => import("./VersionList"));

/** Which version is on the stage, and behind it all there are. */
export function VersionsButton(props: Omit<VersionListProps, "onClose">) {
  const { run, shown } = props;
  const { open, close, rootRef, buttonRef, panelRef, rootProps, buttonProps, panelProps } =
    usePopover();
  const mark = markOf(run.view, shown);
  return (
    <div className="versions" ref={rootRef} {...rootProps}>
      <button
        ref={buttonRef}
        {...buttonProps}
        className="button quiet versions-button"
        title={standingWords(run.view, shown) || "All versions"}
      >
        <span aria-live="polite">
          <b>v{shown.number}</b> <span className="quiet-text">of {run.view.revisions.length}</span>{" "}
          {mark && <em className="best-mark">{mark}</em>}
        </span>
        <Icon name="down" />
      </button>
      {open && (
        <div ref={panelRef} {...panelProps} className="versions-panel" aria-label="Versions">
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
