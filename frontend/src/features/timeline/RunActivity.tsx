import type {
  ModelOption,
  ProjectAsset,
  ProjectRun,
  Reference,
  StackOption,
} from "../../protocol/api";
import { waitingMessages, type RunSnapshot } from "../../state/run";
import type { Status } from "../../state/status";
import { IconButton } from "../../ui/Button";
import { Refusal } from "../../ui/Failure";
import { Notice } from "../../ui/Notice";
import { FollowUpHint } from "../help/FollowUpHint";
import { importedLine, referencesLine } from "../compose/references";
import type { RunActions } from "../studio/useRunActions";
import type { SelectionState } from "../select/useSelection";
import { Activity } from "./Activity";
import { RunLine } from "./RunLine";
import { NextWords } from "./NextWords";

interface RunActivityProps {
  run: RunSnapshot;
  mockups: readonly ProjectAsset[];
  references: readonly Reference[];
  status: Status;
  actions: RunActions;
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  commands: readonly string[]; // examples of plain ones
  runs: readonly ProjectRun[]; // of the project
  shown: number | null; // the revision on the stage
  selection: SelectionState;
  folded: boolean;
  onFold: () => void;
}

/** The activity column: the run's state, its steps, and what to do next. */
export function RunActivity(props: RunActivityProps) {
  const { run, runs, mockups, references, status, actions, models, commands, shown, selection } =
    props;
  const { folded, onFold } = props;
  const { view, summary, refused } = run;
  return (
    <Activity
      run={run}
      runs={runs}
      models={models}
      references={view.imported ? importedLine(references, mockups) : referencesLine(references)}
      waiting={waitingMessages(run)}
      footer={
        <>
          <FollowUpHint key={summary.id} run={run} active={status.action === "stop"} />
          <NextWords
            run={run}
            models={models}
            stacks={props.stacks}
            commands={commands}
            mockups={mockups}
            active={status.action === "stop"}
            shown={shown}
            selection={selection}
            actions={actions}
          />
        </>
      }
    >
      <RunLine
        view={view}
        status={status}
        queuedAt={summary.created_at}
        limits={summary.limits}
        busy={actions.busy}
        pausing={summary.pause_requested}
        waiting={run.live.waiting}
        onPause={() => void actions.pause()}
        onStop={() => void actions.stop()}
        onContinue={() => void actions.goOn()}
      >
        <IconButton
          className="fold"
          icon={folded ? "up" : "down"}
          label={folded ? "Unfold activity" : "Fold activity"}
          aria-expanded={!folded}
          onClick={onFold}
        />
      </RunLine>
      {refused && <Notice tone="problem" title={refused.message} hint={refused.hint} />}
      <Refusal error={actions.error} onDismiss={actions.dismiss} />
    </Activity>
  );
}
