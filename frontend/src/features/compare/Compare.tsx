import { useEffect, useEffectEvent, useState, type ComponentType, type ReactNode } from "react";
import type { Project } from "../../protocol/api";
import type { PageResult } from "../../protocol/events";
import type { RunSnapshot } from "../../state/run";
import type { ViewRevision } from "../../state/view";
import { useCommands, useMedia } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";
import { Menu } from "../../ui/Menu";
import { StageBody } from "../studio/StageBody";
import type { VersionsState } from "../versions/useVersions";
import { CompareTools, MODES, type Mode } from "./CompareTools";
import { Blink, HeatMap, OnionSkin, SideBySide, Swipe, type ModeProps } from "./modes";
import type { Picture } from "./Layer";
import { beginningOf, picturesOf } from "./pictures";
import type { Picked, Spot } from "./spot";
import { Together } from "./Together";
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
  together: readonly PageResult[] | null; // of all mockups, where they are to be seen at once
  hovered: Spot | null;
  picked: Picked | null;
  mode: Mode | null; // null as the page's shape asks for
  onMode: (mode: Mode) => void;
  shown: ViewRevision | null;
  versions: VersionsState;
}

export function Compare(props: CompareProps) {
  const { tabs, pages, result, run, together } = props;
  if (together) {
    return (
      <>
        <div className="stage-bar">
          {tabs}
          {pages}
        </div>
        <Together project={props.project} run={run} results={together} />
      </>
    );
  }
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
  const { tabs, pages, project, run, result, page, hovered, picked, onMode } = props;
  const [opacity, setOpacity] = useState(0.5);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const [blinking, setBlinking] = useState(!still);

  const pictures = picturesOf(run, project, result, page);
  const other = otherOf(props);
  const mockup = other ?? pictures.mockup;
  const render = other ? { ...pictures.render, label: `v${props.shown?.number}` } : pictures.render;
  const heat = other ? null : pictures.heat;
  const size = {
    width: Math.max(mockup.width, render.width),
    height: Math.max(mockup.height, render.height),
  };
  const asked = props.mode ?? (picked ? "side" : null); // a difference is seen on both sides
  const [viewport, stageRef] = useViewport(size, asked && asked === "side");
  const mode = asked ?? (viewport.paired ? "side" : "swipe");
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
        <AgainstMenu {...props} />
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
      <StageBody
        label="Compare"
        kind={`compare ${mode} ${viewport.stacked ? "stacked" : ""}`}
        ref={stageRef}
      >
        <Shown key={mode} {...shown} />
      </StageBody>
    </>
  );
}

const MOCKUP = "mockup";

/** What the version on the stage is held against. */
function AgainstMenu(props: CompareProps) {
  const { project, run, page, shown } = props;
  const { against, compareWith } = props.versions;
  const beginning = beginningOf(project.assets[page]);
  const others = run.view.revisions.filter(({ number }) => number !== shown?.number).toReversed();
  if (others.length === 0) return null;
  const value = against === null || against === shown?.number ? MOCKUP : String(against);
  return (
    <Menu
      label="Compare with"
      value={value}
      shown={value === MOCKUP ? `with the ${beginning.toLowerCase()}` : `with v${value}`}
      choices={[
        { value: MOCKUP, label: beginning },
        ...others.map(({ number, words }) => ({
          value: String(number),
          label: `v${number}`,
          note: words.trim().slice(0, 60),
        })),
      ]}
      onChoose={(value) => compareWith(value === MOCKUP ? null : Number(value))}
    />
  );
}

/** The render of the version that the shown one is held against; null where that is the mockup. */
function otherOf({ run, project, page, shown, versions }: CompareProps): Picture | null {
  const { against } = versions;
  const one = run.view.revisions.find(({ number }) => number === against);
  const result = one?.pages.find(({ mockup_index }) => mockup_index === page);
  if (!one || !result || one.number === shown?.number) return null;
  return { ...picturesOf(run, project, result, page).render, label: `v${one.number}` };
}
