import { useState, type ReactNode } from "react";
import type { NewCommand } from "../../protocol/api";
import { suggested } from "../../state/commands";
import { Link } from "../../router";
import { Button } from "../../ui/Button";
import { useKept } from "../../ui/hooks";
import { SelectedElement } from "../select/SelectedElement";
import type { SelectionState } from "../select/useSelection";
import { WordsForm } from "./WordsForm";

interface CommandFormProps {
  runId: string;
  examples: readonly string[];
  shown: number;
  selection: SelectionState;
  onCommand: (revision: number, command: NewCommand) => Promise<boolean>;
  children: ReactNode;
}

/** Plain commands: what changes without a language model. What is not understood stays typed. */
export function CommandForm(props: CommandFormProps) {
  const { runId, examples, shown, selection, onCommand, children } = props;
  const { selected, clear } = selection;
  const [text, setText] = useKept(`mockwright-message-${runId}`);
  const [sending, setSending] = useState(false);
  const ready = text.trim() !== "" && !sending && !selected?.problem;
  const send = async () => {
    setSending(true);
    if (await onCommand(shown, { text })) setText("");
    setSending(false);
  };
  const label = selected ? "What should change of it?" : "What should change?";
  return (
    <WordsForm
      label={label}
      placeholder={`${label} A few plain words, or select an element first`}
      words={text}
      onWords={setText}
      ready={ready}
      onSubmit={() => void send()}
      about={selected && <SelectedElement selected={selected} onClear={clear} />}
      suggestions={suggested(text, examples, selected !== null)}
    >
      <span className="next-words-more">{children}</span>
      <small>
        Plain commands; for free words <Link href="/models/new">add a language model</Link>
      </small>
      <Button type="submit" kind="primary" disabled={!ready}>
        {sending ? "Changing…" : "Change"}
      </Button>
    </WordsForm>
  );
}
