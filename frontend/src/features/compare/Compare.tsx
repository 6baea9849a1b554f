import { useEffect, useEffectEvent, useState, type ComponentType, type ReactNode } from "react";
import type { Project } from "../../protocol/api";
import { blobUrl } from "../../protocol/client";
import type { ImagePart, PageResult } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import { useCommands, useMedia } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { StageBody } from "../studio/StageBody";
import { CompareTools, MODES, type Mode } from "./CompareTools";
import type { Picture } from "./Layer";
import { Blink, HeatMap, OnionSkin, SideBySide, Swipe, type ModeProps } from "./modes";
import type { Picked, Spot } from "./spot";
import { useViewport } from "./useViewport";

const SHOWN = {
  side: SideBySide,
  swipe: Swipe,
  onion: OnionSkin,
  blink: Blink,
  heat: HeatMap,
} satisfies Record<Mode, ComponentType<ModeProps>>;

interface CompareProps {
  tabs: ReactNode;
  pages: ReactNode;
  project: Project;
  run: RunSnapshot;
  result: PageResult | undefined;
  page: number;
  hovered: Spot | null;
  picked: Picked | null;
  mode: Mode;
  onMode: (mode: Mode) => void;
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
  const { tabs, pages, project, run, result, page, hovered, picked, mode, onMode } = props;
  const [opacity, setOpacity] = useState(0.5);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const [blinking, setBlinking] = useState(!still);

  const { mockup, render, heat } = picturesOf(run, project, result, page);
  const size = {
    width: Math.max(mockup.width, render.width),
    height: Math.max(mockup.height, render.height),
  };
  const [viewport, stageRef] = useViewport(size);
  const show = useEffectEvent(({ spot }: Picked) => viewport.show(spot.rect));
  const measured = viewport.pane.width > 0;
  useEffect(() => {
    if (picked && measured) show(picked);
  }, [picked, measured]);

  useCommands((command) => {
    const byKey = MODES.find(({ hint }) => command === `mode-${hint}`);
    if (byKey) onMode(byKey.name);
    else if (command === "zoom-in") viewport.zoomIn();
    else if (command === "zoom-out") viewport.zoomOut();
    else if (command === "zoom-fit") viewport.fit();
    else if (command === "escape" && viewport.moved) viewport.fit();
    else return false;
    return true;
  }, "part");

  const Shown = SHOWN[mode];
  const shown: ModeProps = {
    mockup,
    render,
    heat,
    viewport,
    marked: hovered ?? (viewport.moved ? (picked?.spot ?? null) : null),
    opacity,
    blinking,
  };
  return (
    <>
      <div className="stage-bar">
        {tabs}
        {pages}
        <CompareTools
          mode={mode}
          onMode={onMode}
          opacity={opacity}
          onOpacity={setOpacity}
          blinking={blinking}
          onBlinking={setBlinking}
          viewport={viewport}
        />
      </div>
      <StageBody label="Compare" kind={`compare ${mode}`} ref={stageRef}>
        <Shown key={mode} {...shown} />
      </StageBody>
    </>
  );
}

/** What is compared, in CSS pixels of the page. */
function picturesOf(run: RunSnapshot, project: Project, result: PageResult, page: number) {
  const asset = project.assets[page];
  const scale = run.view.mockups[page]?.scale ?? asset?.scale ?? 1;
  const picture = (part: ImagePart, label: string): Picture => ({
    source: blobUrl(run.summary.id, part.sha256),
    label,
    width: part.width / scale,
    height: part.height / scale,
  });
  const render = picture(result.screenshot, "Render");
  const mockup: Picture = {
    source: asset?.content_url ?? render.source,
    label: "Mockup",
    width: asset ? asset.width / scale : render.width,
    height: asset ? asset.height / scale : render.height,
  };
  return { mockup, render, heat: picture(result.heat_map, "Heat map") };
}
