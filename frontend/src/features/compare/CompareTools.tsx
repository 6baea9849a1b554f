import { Button, IconButton } from "../../ui/Button";
import { Segments } from "../../ui/Tabs";
import type { Viewport } from "./useViewport";

export const MODES = [
  { name: "side", label: "Side by side", hint: "1" },
  { name: "swipe", label: "Swipe", hint: "2" },
  { name: "onion", label: "Onion skin", hint: "3" },
  { name: "blink", label: "Blink", hint: "4" },
  { name: "heat", label: "Heat map", hint: "5" },
] as const;

export type Mode = (typeof MODES)[number]["name"];

interface CompareToolsProps {
  mode: Mode;
  onMode: (mode: Mode) => void;
  opacity: number;
  onOpacity: (opacity: number) => void;
  blinking: boolean;
  onBlinking: (blinking: boolean) => void;
  viewport: Viewport;
}

export function CompareTools(props: CompareToolsProps) {
  const { mode, onMode, opacity, onOpacity, blinking, onBlinking, viewport } = props;
  return (
    <div className="stage-tools">
      {mode === "onion" && (
        <input
          type="range"
          aria-label="Opacity of the render"
          min={0}
          max={1}
          step={0.05}
          value={opacity}
          onChange={(event) => onOpacity(Number(event.target.value))}
        />
      )}
      {mode === "blink" && (
        <Button
          kind="quiet"
          icon={blinking ? "pause" : "play"}
          onClick={() => onBlinking(!blinking)}
        >
          {blinking ? "Pause" : "Play"}
        </Button>
      )}
      <Segments label="Compare mode" options={MODES} selected={mode} onSelect={onMode} />
      <ZoomTools viewport={viewport} />
    </div>
  );
}

function ZoomTools({ viewport }: { viewport: Viewport }) {
  const percent = `${Math.round(viewport.view.zoom * 100)} %`;
  return (
    <div className="zoom-tools">
      <IconButton icon="minus" label="Zoom out" onClick={viewport.zoomOut} />
      <Button
        kind="quiet"
        aria-label={`Fit to the width, ${percent}`}
        title="Fit to the width (0). Ctrl + wheel zooms, wheel and drag move."
        onClick={viewport.fit}
      >
        {percent}
      </Button>
      <IconButton icon="plus" label="Zoom in" onClick={viewport.zoomIn} />
    </div>
  );
}
