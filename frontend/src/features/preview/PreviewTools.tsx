import { IconButton, IconLink } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { Segments } from "../../ui/Tabs";

/** How the page is looked at. */
export interface Look {
  width: "mockup" | "390" | "768" | "1280" | "fill" | "several";
  zoom: "fit" | "full";
  scripts: boolean;
}

interface PreviewToolsProps {
  look: Look;
  change: (changes: Partial<Look>) => void;
  mockupWidth: number;
  url: string | undefined;
  selecting: boolean;
  onSelecting: () => void;
  onRefresh: () => void;
}

const ZOOMS = [
  { name: "fit", label: "Fit" },
  { name: "full", label: "100 %" },
] as const;

export function PreviewTools(props: PreviewToolsProps) {
  const { look, change, mockupWidth, url, selecting, onSelecting, onRefresh } = props;
  const several = look.width === "several" && !selecting;
  const isOurs = selecting || several; // the script that runs in the page
  return (
    <div className="stage-tools">
      <Menu
        label="Width"
        align="end"
        value={look.width}
        choices={[
          { value: "mockup", label: `${mockupWidth}`, note: "The mockup's own" },
          { value: "390", label: "390", note: "Phone" },
          { value: "768", label: "768", note: "Tablet" },
          { value: "1280", label: "1280", note: "Laptop" },
          { value: "fill", label: "Fill", note: "All the room there is" },
          { value: "several", label: "Several", note: "Phone to desktop at once; what overflows" },
        ]}
        onChoose={(width) => change({ width })}
      />
      {!several && (
        <Segments
          label="Zoom"
          options={ZOOMS}
          selected={look.zoom}
          onSelect={(zoom) => change({ zoom })}
        />
      )}
      <IconButton
        icon="select"
        label="Select an element"
        title="Select an element (S)"
        aria-pressed={selecting}
        disabled={url === undefined}
        onClick={onSelecting}
      />
      <IconButton icon="refresh" label="Refresh" onClick={onRefresh} />
      <label
        className="switch"
        title={
          selecting
            ? "The page's own scripts are off while elements are selected"
            : several
              ? "The page's own scripts are off while its widths are measured"
              : "The page's own scripts run only while this is on"
        }
      >
        <input
          type="checkbox"
          role="switch"
          checked={look.scripts && !isOurs}
          disabled={isOurs}
          onChange={(event) => change({ scripts: event.target.checked })}
        />
        scripts
      </label>
      <IconLink icon="open" label="Open page in a new tab" href={url} newTab />
    </div>
  );
}
