import type { Status } from "../../state/status";
import { Icon, type IconName } from "../../ui/Icon";
import type { Tab } from "./Stage";

export type Pane = "activity" | Tab;

const PANES: readonly { pane: Pane; label: string; icon: IconName }[] = [
  { pane: "activity", label: "Activity", icon: "list" },
  { pane: "preview", label: "Preview", icon: "eye" },
  { pane: "compare", label: "Compare", icon: "compare" },
  { pane: "code", label: "Code", icon: "file" },
];

interface BottomBarProps {
  pane: Pane;
  status: Status;
  onPane: (pane: Pane) => void;
}

/** On a phone: one thing at a time. */
export function BottomBar({ pane, status, onPane }: BottomBarProps) {
  return (
    <nav className="bottom-bar" aria-label="Views">
      {PANES.map((one) => (
        <button
          key={one.pane}
          type="button"
          aria-current={one.pane === pane ? "page" : undefined}
          onClick={() => onPane(one.pane)}
        >
          <Icon name={one.icon} />
          {one.label}
          {one.pane === "activity" && (
            <span className={`run-dot ${status.tone}`} aria-hidden="true" />
          )}
        </button>
      ))}
    </nav>
  );
}
