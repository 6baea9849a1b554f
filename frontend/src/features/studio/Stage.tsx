import { useState } from "react";
import type { Project } from "../../protocol/api";
import type { ViewRevision } from "../../state/view";
import { pageFile, roleWords, shortName } from "../../state/mockups";
import type { RunSnapshot } from "../../state/run";
import type { Status } from "../../state/status";
import { Segments, Tabs } from "../../ui/Tabs";
import { Compare } from "../compare/Compare";
import type { Mode } from "../compare/CompareTools";
import { ofResult, type Picked, type Spot } from "../compare/spot";
import { Code, type Editing } from "../files/Code";
import type { CodePlace } from "../files/place";
import { ScoreStrip } from "../history/ScoreStrip";
import { ReplayView } from "../replay/ReplayView";
import { Preview } from "../preview/Preview";
import type { Look } from "../preview/PreviewTools";
import type { InspectorState } from "../inspect/useInspector";
import type { SelectionState } from "../select/useSelection";
import type { VersionsState } from "../versions/useVersions";
import { STAGE_PANEL } from "./StageBody";

export type Tab = "preview" | "compare" | "code" | "replay";

const TABS = [
  { name: "preview", label: "Preview" },
  { name: "compare", label: "Compare" },
  { name: "code", label: "Code" },
] as const;
const WITH_REPLAY = [...TABS, { name: "replay", label: "Replay" }] as const; // of a recording

const ALL = "all"; // among the pages

export interface StageProps {
  project: Project;
  run: RunSnapshot;
  shown: ViewRevision | null;
  status: Status;
  selection: SelectionState;
  inspector: InspectorState;
  onSelecting: () => void;
  page: number; // which mockup's
  onPage: (page: number) => void;
  tab: Tab;
  onTab: (tab: Tab) => void;
  versions: VersionsState;
  onChoose: (number: number) => void;
  editing: Editing;
}

export function Stage(props: StageProps) {
  const { project, run, shown, status, selection, inspector, onSelecting, onChoose } = props;
  const { page, onPage, tab, onTab } = props;
  const [look, setLook] = useState<Look>({ width: "mockup", zoom: "fit", scripts: false });
  const [mode, setMode] = useState<Mode | null>(null);
  const [hovered, setHovered] = useState<Spot | null>(null);
  const [chosen, setChosen] = useState<Picked | null>(null);
  const [together, setTogether] = useState(false); // all mockups in Compare
  const [line, setLine] = useState<CodePlace | null>(null);
  const result = shown?.pages.find((one) => one.mockup_index === page);
  // A button that goes away under the pointer never says that the pointer left it.
  const marked = ofResult(result, hovered);
  const asset = project.assets[page];
  const picked = chosen && ofResult(result, chosen.spot) ? chosen : null;

  const all = together && tab === "compare" && (shown?.pages.length ?? 0) > 1;

  const pick = (spot: Spot) => {
    setTogether(false);
    setChosen((before) => ({ spot, at: (before?.at ?? 0) + 1 }));
    onTab("compare");
  };
  const showLine = (place: Omit<CodePlace, "at">) => {
    setLine((before) => ({ ...place, at: (before?.at ?? 0) + 1 }));
    onTab("code");
  };
  const pages =
    project.assets.length > 1 && (tab === "preview" || tab === "compare") ? (
      <Segments
        label="Page"
        options={[
          ...project.assets.map((asset, place) => {
            const mockup = run.view.mockups[place];
            return {
              name: String(place),
              label: shortName(mockup, place).replace("page ", ""),
              hint: [asset.name, roleWords(mockup)].filter(Boolean).join(": "),
            };
          }),
          ...(tab === "compare" ? [{ name: ALL, label: "All", hint: "Beside each other" }] : []),
        ]}
        selected={all ? ALL : String(page)}
        onSelect={(name) => {
          setTogether(name === ALL);
          if (name !== ALL) onPage(Number(name));
        }}
      />
    ) : null;
  const tabs = (
    <Tabs
      label="Views"
      tabs={run.view.storyboard ? WITH_REPLAY : TABS}
      selected={tab}
      onSelect={onTab}
      panelId={STAGE_PANEL}
    />
  );

  return (
    <div className="stage">
      {tab === "preview" && (
        <Preview
          tabs={tabs}
          pages={pages}
          project={project}
          run={run}
          shown={shown}
          page={page}
          status={status}
          look={look}
          onLook={setLook}
          selection={selection}
          inspector={inspector}
          onSelecting={onSelecting}
          onLine={showLine}
        />
      )}
      {tab === "compare" && (
        <Compare
          tabs={tabs}
          pages={pages}
          project={project}
          run={run}
          result={result}
          page={page}
          together={all && shown ? shown.pages : null}
          hovered={marked}
          picked={picked}
          mode={mode}
          onMode={setMode}
          shown={shown}
          versions={props.versions}
        />
      )}
      {tab === "replay" && (
        <ReplayView tabs={tabs} runId={run.summary.id} view={run.view} shown={shown} />
      )}
      {tab === "code" && (
        <Code
          tabs={tabs}
          run={run}
          shown={shown}
          page={pageFile(run.view.mockups[page], page)}
          width={asset ? Math.round(asset.width / asset.scale) : 1280}
          place={line}
          onLine={showLine}
          editing={props.editing}
        />
      )}
      {tab !== "code" && shown && (
        <ScoreStrip
          view={run.view}
          shown={shown}
          result={result}
          picked={picked?.spot ?? null}
          onChoose={onChoose}
          onHover={setHovered}
          onPick={pick}
          onLine={showLine}
        />
      )}
    </div>
  );
}
