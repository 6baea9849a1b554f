import { useState } from "react";
import type { Config, Project } from "../../protocol/api";
import type { RunStore } from "../../state/run";
import { followed, neighbour, shownRevision } from "../../state/selection";
import { statusOf, titleOf } from "../../state/status";
import { Notice, wordsOf } from "../../ui/Notice";
import { IconButton } from "../../ui/Button";
import { useCommands, useMedia, useTitle } from "../../ui/hooks";
import { KeyList } from "../../ui/KeyList";
import { Activity } from "../timeline/Activity";
import { currentStep, headingOf } from "../timeline/describe";
import { LineBar, RunLine } from "../timeline/RunLine";
import { TryAgain } from "../timeline/TryAgain";
import { BottomBar, type Pane } from "./BottomBar";
import { Stage, type Tab } from "./Stage";
import { StudioHeader } from "./StudioHeader";
import { useRunActions } from "./useRunActions";
import { useRunSnapshot } from "./useRun";

interface StudioProps {
  config: Config;
  project: Project;
  store: RunStore;
  onProjectChanged: () => void;
}

export function Studio({ config, project, store, onProjectChanged }: StudioProps) {
  const run = useRunSnapshot(store);
  const { view, summary } = run;
  const step = currentStep(view.steps);
  const status = statusOf(view, {
    queuePosition: run.queuePosition,
    step: step && headingOf(step),
    messages: config.messages,
  });
  const active = status.action === "stop";
  const [name, setName] = useState(project.name);
  useTitle(titleOf(name, view, status));

  const [tab, setTab] = useState<Tab>("preview");
  const [pane, setPane] = useState<Pane>("activity");
  const [chosen, setChosen] = useState<number | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  const shown = shownRevision(view, chosen);
  const narrow = useMedia("(max-width: 600px)");
  const actions = useRunActions(project.id, summary.id, onProjectChanged);

  const open = (next: Tab) => {
    setTab(next);
    setPane(next);
  };
  const choose = (number: number | null) => {
    if (number !== null) setChosen(number);
  };

  useCommands((command) => {
    switch (command) {
      case "tab-preview":
        open("preview");
        return true;
      case "tab-compare":
        open("compare");
        return true;
      case "tab-code":
        open("code");
        return true;
      case "revision-previous":
        choose(neighbour(view, shown, -1));
        return true;
      case "revision-next":
        choose(neighbour(view, shown, 1));
        return true;
      case "help":
        setKeysShown(true);
        return true;
      case "escape":
        if (active && !actions.busy) void actions.stop();
        return active;
      default:
        return false;
    }
  });

  return (
    <div className="studio" data-pane={narrow ? pane : undefined}>
      <StudioHeader
        project={project}
        name={name}
        onName={setName}
        run={run}
        shown={shown}
        following={chosen === null || shown?.number === followed(view)?.number}
        onChoose={choose}
        onFollow={() => setChosen(null)}
        onHelp={() => setKeysShown(true)}
      />
      <LineBar line={run.line} seq={view.seq} active={active} />
      <Activity
        run={run}
        footer={
          active ? null : (
            <TryAgain
              prompt={summary.prompt}
              model={config.models.find((card) => card.id === summary.model)}
              onSend={actions.tryAgain}
            />
          )
        }
      >
        <RunLine
          view={view}
          status={status}
          queuedAt={summary.created_at}
          busy={actions.busy}
          onStop={() => void actions.stop()}
          onContinue={() => void actions.goOn()}
        />
        {run.refused && (
          <Notice tone="problem" title={run.refused.message} hint={run.refused.hint} />
        )}
        {actions.error !== null && (
          <Notice
            tone="problem"
            {...wordsOf(actions.error)}
            action={<IconButton icon="close" label="Dismiss" onClick={actions.dismiss} />}
          />
        )}
      </Activity>
      <Stage
        project={project}
        run={run}
        shown={shown}
        status={status}
        tab={tab}
        onTab={open}
        onChoose={choose}
      />
      {narrow && (
        <BottomBar
          pane={pane}
          status={status}
          onPane={(next) => (next === "activity" ? setPane(next) : open(next))}
        />
      )}
      {keysShown && <KeyList onClose={() => setKeysShown(false)} />}
    </div>
  );
}
