import type { ReactNode, Ref } from "react";

interface StageBodyProps {
  label: string; // the tab that this is the panel of
  kind?: string;
  children: ReactNode;
  ref?: Ref<HTMLDivElement>;
}

export const STAGE_PANEL = "stage-panel";

/** The light table: what a tab shows, below its tools. */
export function StageBody({ label, kind = "", children, ref }: StageBodyProps) {
  return (
    <div
      className={`stage-body ${kind}`}
      role="tabpanel"
      id={STAGE_PANEL}
      aria-label={label}
      ref={ref}
    >
      {children}
    </div>
  );
}
