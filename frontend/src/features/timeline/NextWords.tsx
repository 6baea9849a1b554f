import { useState } from "react";
import type { ModelOption, ProjectAsset, StackOption } from "../../protocol/api";
import type { RunSnapshot } from "../../state/run";
import { readKept } from "../../state/kept";
import { questionOf } from "../../state/status";
import type { RunActions } from "../studio/useRunActions";
import { Link } from "../../router";
import { Button } from "../../ui/Button";
import type { SelectionState } from "../select/useSelection";
import { CommandForm } from "./CommandForm";
import { MessageForm } from "./MessageForm";
import { againKey, TryAgain } from "./TryAgain";

interface NextWordsProps {
  run: RunSnapshot;
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  commands: readonly string[]; // examples of plain ones
  mockups: readonly ProjectAsset[];
  active: boolean; // the run waits or works
  shown: number | null; // the revision on the stage
  selection: SelectionState;
  actions: RunActions;
}

/** What a person can say next: to the model that goes on from here, or for another try. */
export function NextWords(props: NextWordsProps) {
  const { run, models, stacks, commands, mockups, active, shown, selection, actions } = props;
  const { summary } = run;
  const [anew, setAnew] = useState(() => readKept(againKey(summary.id)) !== null);
  const model = models.find(({ id }) => id === summary.model);
  const readers = active && !model?.reads_words ? [] : models.filter((one) => one.reads_words);
  const startOver = (
    <Button kind="quiet" onClick={() => setAnew(true)}>
      Start over…
    </Button>
  );
  const canSend = readers.length > 0;
  if (canSend && !anew) {
    return (
      <MessageForm
        key={summary.id}
        runId={summary.id}
        readers={readers}
        model={model}
        thinking={summary.thinking}
        active={active}
        shown={shown}
        question={questionOf(run.view) !== ""}
        selection={selection}
        onSend={actions.send}
      >
        {!active && startOver}
      </MessageForm>
    );
  }
  if (active) return null;
  if (shown !== null && !anew) {
    return (
      <CommandForm
        key={summary.id}
        runId={summary.id}
        examples={commands}
        shown={shown}
        selection={selection}
        onCommand={actions.command}
      >
        {startOver}
      </CommandForm>
    );
  }
  const other = model ? undefined : (readers[0] ?? models[0]); // its own has been removed
  return (
    <TryAgain
      runId={summary.id}
      prompt={summary.prompt}
      model={model ?? other}
      models={models}
      stacks={stacks}
      asked={{
        model: (model ?? other)?.id ?? summary.model,
        thinking: summary.thinking,
        temperature: null,
        stack: summary.stack,
      }}
      mockups={mockups}
      note={
        canSend ? (
          "From an empty page; what you said before still holds"
        ) : (
          <>
            A language model would change this page by your words.{" "}
            <Link href="/models/new">Add one</Link>
          </>
        )
      }
      onSend={(prompt, roles, variants) =>
        variants.length > 0
          ? actions.tryVariants({ prompt, roles, variants: [...variants] })
          : actions.tryAgain({ prompt, roles, ...(other && { model: other.id }) })
      }
    >
      {(canSend || shown !== null) && (
        <Button kind="quiet" onClick={() => setAnew(false)}>
          Back
        </Button>
      )}
    </TryAgain>
  );
}
