import { useEffect, useEffectEvent, useState, type ReactNode } from "react";
import { blobUrl, type Project } from "../../protocol/api";
import type { ImagePart, PageResult, RegionScore } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import { Button, IconButton } from "../../ui/Button";
import { useCommands, useMedia } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { Segments } from "../../ui/Tabs";
import type { Picked } from "../studio/Stage";
import { StageBody } from "../studio/StageBody";
import type { Picture } from "./Layer";
import { Blink, HeatMap, OnionSkin, SideBySide, Swipe, type ModeProps } from "./modes";
import { useViewport } from "./useViewport";

const MODES = [
  { name: "side", label: "Side by side", hint: "1", show: SideBySide },
  { name: "swipe", label: "Swipe", hint: "2", show: Swipe },
  { name: "onion", label: "Onion skin", hint: "3", show: OnionSkin },
  { name: "blink", label: "Blink", hint: "4", show: Blink },
  { name: "heat", label: "Heat map", hint: "5", show: HeatMap },
] as const;

type Mode = (typeof MODES)[number]["name"];

interface CompareProps {
  tabs: ReactNode;
  pages: ReactNode;
  project: Project;
  run: RunSnapshot;
  result: PageResult | undefined;
  page: number;
  hovered: RegionScore | null;
  picked: Picked | null;
}

export function Compare(props: CompareProps) {
  const { tabs, pages, result, run } = props;
  if (result) return <Comparison {...props} result={result} />;
  const ended = run.view.state === "finished" || run.view.state === "failed";
  return (
    <>
      <div className="stage-bar">
        {tabs}
        {pages}
      </div>
      <StageBody label="Compare">
        <Notice
          title={ended ? "Nothing was compared in this run." : "Nothing to compare yet."}
          hint={
            ended
              ? "It ended before a first version was made."
              : "The first version is measured against the mockup as soon as it is rendered."
          }
        />
      </StageBody>
    </>
  );
}

function Comparison(props: CompareProps & { result: PageResult }) {
  const { tabs, pages, project, run, result, page, hovered, picked } = props;
  const [mode, setMode] = useState<Mode>("side");
  const [opacity, setOpacity] = useState(0.5);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const [blinking, setBlinking] = useState(!still);

  const scale = run.view.mockups[page]?.scale ?? project.assets[page]?.scale ?? 1;
  const asset = project.assets[page];
  const picture = (part: ImagePart, label: string): Picture => ({
    source: blobUrl(run.summary.id, part.sha256),
    label,
    width: part.width / scale,
    height: part.height / scale,
  });
  const render = picture(result.screenshot, "Render");
  const mockup: Picture = asset
    ? {
        source: asset.content_url,
        label: "Mockup",
        width: asset.width / scale,
        height: asset.height / scale,
      }
    : { ...render, label: "Mockup" };
  const heat = picture(result.heat_map, "Heat map");
  const size = {
    width: Math.max(mockup.width, render.width),
    height: Math.max(mockup.height, render.height),
  };
  const viewport = useViewport(size);
  const show = useEffectEvent((region: RegionScore) => viewport.show(region.rect));
  const measured = viewport.pane.width > 0;
  useEffect(() => {
    if (picked && measured) show(picked.region);
  }, [picked, measured]);

  useCommands((command) => {
    const byKey = MODES.find(({ hint }) => command === `mode-${hint}`);
    if (byKey) setMode(byKey.name);
    else if (command === "zoom-in") viewport.zoomIn();
    else if (command === "zoom-out") viewport.zoomOut();
    else if (command === "zoom-fit") viewport.fit();
    else if (command === "escape" && viewport.moved) viewport.fit();
    else return false;
    return true;
  }, "part");

  const Shown = MODES.find(({ name }) => name === mode)?.show ?? SideBySide;
  const shown: ModeProps = {
    mockup,
    render,
    heat,
    viewport,
    marked: hovered ?? (viewport.moved ? (picked?.region ?? null) : null),
    opacity,
    blinking,
  };
  return (
    <>
      <div className="stage-bar">
        {tabs}
        {pages}
        <div className="stage-tools">
          {mode === "onion" && (
            <input
              type="range"
              aria-label="Opacity of the render"
              min={0}
              max={1}
              step={0.05}
              value={opacity}
              onChange={(event) => setOpacity(Number(event.target.value))}
            />
          )}
          {mode === "blink" && (
            <Button
              kind="quiet"
              icon={blinking ? "pause" : "play"}
              onClick={() => setBlinking(!blinking)}
            >
              {blinking ? "Pause" : "Play"}
            </Button>
          )}
          <Segments label="Compare mode" options={MODES} selected={mode} onSelect={setMode} />
          <div className="zoom-tools">
            <IconButton icon="minus" label="Zoom out" onClick={viewport.zoomOut} />
            <button
              type="button"
              className="button quiet"
              aria-label={`Fit to the width, ${Math.round(viewport.view.zoom * 100)} %`}
              title="Fit to the width (0). Ctrl + wheel zooms, wheel and drag move."
              onClick={viewport.fit}
            >
              {Math.round(viewport.view.zoom * 100)} %
            </button>
            <IconButton icon="plus" label="Zoom in" onClick={viewport.zoomIn} />
          </div>
        </div>
      </div>
      <StageBody label="Compare" kind={`compare ${mode}`} ref={viewport.stageRef}>
        <Shown key={mode} {...shown} />
      </StageBody>
    </>
  );
}
