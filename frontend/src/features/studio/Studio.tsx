import { useEffect, useState } from "react";
import type { Config, NewCommand, NewMessage, Project } from "../../protocol/api";
import { pageFile } from "../../state/mockups";
import type { RunStore } from "../../state/run";
import { chosenIn, followed, neighbour, shownRevision, type Choice } from "../../state/selection";
import { parseStudio } from "../../state/address";
import { statusOf, titleOf } from "../../state/status";
import { useMedia, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { currentStep, headingOf } from "../timeline/describe";
import { RunActivity } from "../timeline/RunActivity";
import { LineBar } from "../timeline/RunLine";
import { useEdits } from "../files/useEdits";
import { useInspector } from "../inspect/useInspector";
import { useVersions } from "../versions/useVersions";
import { useSelection } from "../select/useSelection";
import { ArchivedBar } from "./ArchivedBar";
import { BottomBar, type Pane } from "./BottomBar";
import { Stage, type Tab } from "./Stage";
import { StudioHeader } from "./StudioHeader";
import { useRunActions } from "./useRunActions";
import { useRunSnapshot } from "./useRun";
import { useStudioAddress } from "./useStudioAddress";
import { useStudioKeys } from "./useStudioKeys";

interface StudioProps {
  config: Config;
  project: Project;
  store: RunStore;
  onProjectChanged: () => void;
}

export function Studio({ config, project, store, onProjectChanged }: StudioProps) {
  const run = useRunSnapshot(store);
  const { view } = run;
  const step = currentStep(view.steps);
  const status = statusOf(view, {
    queuePosition: run.queuePosition,
    step: run.live.waiting ? "Waiting for the model" : step && headingOf(step),
    messages: config.messages,
  });
  const active = status.action === "stop";
  const [name, setName] = useState(project.name);
  useTitle(titleOf(name, view, status));

  const [asked] = useState(() => parseStudio(location.search));
  const [tab, setTab] = useState<Tab>(asked.tab);
  const [pane, setPane] = useState<Pane>("activity");
  const [mockup, setMockup] = useState(0); // whose page is on the stage
  const page = Math.min(mockup, Math.max(project.assets.length - 1, 0));
  const [choice, setChoice] = useState<Choice | null>(
    asked.version === null ? null : { number: asked.version },
  );
  const [folded, setFolded] = useState(false); // the activity, where it is a sheet
  const [helpShown, setHelpShown] = useState(false);
  const chosen = chosenIn(view, choice);
  const shown = shownRevision(view, chosen);
  const isBehind = view.mockups.length > project.assets.length; // an imported page's own picture
  useEffect(() => {
    if (isBehind) onProjectChanged();
  }, [isBehind, onProjectChanged]);
  const narrow = useMedia("(max-width: 600px)");
  const actions = useRunActions(project.id, store, onProjectChanged);
  const selection = useSelection(run.summary.id, shown?.number, asked.element);
  useStudioAddress(tab, choice, selection);
  const edits = useEdits(store);
  const versions = useVersions(view, active, actions, () => setChoice(null));

  const open = (next: Tab) => {
    setTab(next);
    setPane(next);
  };
  /** What is gone on from stays on the stage until there is a newer revision. */
  const stayOn = (number: number) => setChoice({ number, among: view.revisions.length });
  const inspector = useInspector(store, selection, shown?.number, !active, stayOn);
  const save = () => {
    if (edits.edits) stayOn(edits.edits.revision);
    void edits.save();
  };
  const send = async (message: NewMessage) => {
    if (shown) stayOn(shown.number);
    const { selected } = selection;
    const sent = await actions.send(selected ? { ...message, selection: selected.on } : message);
    if (sent) selection.clear();
    return sent;
  };
  const command = async (revision: number, asked: NewCommand) => {
    stayOn(revision);
    const at = selection.selected?.on;
    const done = await actions.command(revision, {
      ...asked,
      page: at?.page ?? pageFile(view.mockups[page], page),
      selector: at?.selector ?? "",
    });
    if (done) selection.clear();
    return done;
  };
  const toggleSelecting = () => {
    if (selection.word !== null) selection.leave();
    else if (shown) {
      selection.start();
      open("preview");
    }
  };
  const choose = (number: number | null) => {
    if (number !== null) setChoice({ number });
  };

  useStudioKeys({
    open,
    step: (by) => choose(neighbour(view, shown, by)),
    help: () => setHelpShown(true),
    select: toggleSelecting,
    undo: versions.undo,
    redo: versions.redo,
    stop: active ? () => void (actions.busy || actions.stop()) : null,
  });

  return (
    <div className="studio" data-pane={narrow ? pane : undefined} data-folded={folded}>
      <StudioHeader
        project={project}
        name={name}
        onName={setName}
        run={run}
        shown={shown}
        active={active}
        versions={versions}
        onCompare={() => open("compare")}
        following={chosen === null || shown?.number === followed(view)?.number}
        onChoose={choose}
        onFollow={() => setChoice(null)}
        onHelp={() => setHelpShown(true)}
      />
      <div className="studio-bars">
        <LineBar line={run.line} seq={view.seq} active={active} />
        {project.archived && <ArchivedBar projectId={project.id} onBack={onProjectChanged} />}
      </div>
      <main>
        <RunActivity
          run={run}
          mockups={project.assets}
          references={project.references}
          status={status}
          actions={{ ...actions, send, command }}
          models={config.models}
          stacks={config.stacks}
          commands={config.commands}
          runs={project.runs}
          shown={shown?.number ?? null}
          selection={selection}
          folded={folded}
          onFold={() => setFolded(!folded)}
        />
        <Stage
          project={project}
          run={run}
          shown={shown}
          status={status}
          selection={selection}
          inspector={inspector}
          onSelecting={toggleSelecting}
          page={page}
          onPage={setMockup}
          tab={tab}
          onTab={open}
          versions={versions}
          onChoose={choose}
          editing={{ ...edits, save, active, onChoose: choose }}
        />
      </main>
      {narrow && (
        <BottomBar
          pane={pane}
          status={status}
          onPane={(next) => (next === "activity" ? setPane(next) : open(next))}
        />
      )}
      {helpShown && <Help topic="keyboard" onClose={() => setHelpShown(false)} />}
    </div>
  );
}
