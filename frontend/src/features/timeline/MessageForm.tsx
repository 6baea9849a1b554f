import { useState, type ReactNode } from "react";
import type { ModelOption, NewMessage } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { useKept } from "../../ui/hooks";
import { Menu } from "../../ui/Menu";
import { ADD_MODEL } from "../models/add";
import { SelectedElement } from "../select/SelectedElement";
import type { SelectionState } from "../select/useSelection";
import { ThinkingMenu, type Thinking } from "../models/ThinkingMenu";
import { WordsForm } from "./WordsForm";

interface MessageFormProps {
  runId: string;
  readers: readonly ModelOption[]; // the models that read words
  model: ModelOption | undefined; // the run's own
  thinking: Thinking; // the run's own
  active: boolean;
  shown: number | null;
  question: boolean; // the model waits for an answer
  selection: SelectionState;
  onSend: (message: NewMessage) => Promise<boolean>;
  children: ReactNode;
}

/** Words to a run: at work it reads them before its next turn; ended, it goes on from what is shown. */
export function MessageForm(props: MessageFormProps) {
  const { runId, readers, model, thinking, active, shown, question, onSend, children } = props;
  const { selected, clear } = props.selection;
  const [text, setText] = useKept(`mockwright-message-${runId}`);
  const [sending, setSending] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [thinks, setThinks] = useState<Thinking | null>(null);
  const own = model?.reads_words ? model.id : readers[0]?.id;
  const reader = readers.find(({ id }) => id === chosen)?.id ?? own ?? "";
  const ready = text.trim() !== "" && !sending && !selected?.problem;

  const send = async (words: string) => {
    setSending(true);
    const on = question ? {} : { revision: shown }; // an answer leaves the files as they are
    const how = thinks === null ? {} : { thinking: thinks };
    const message: NewMessage = active
      ? { text: words }
      : { text: words, ...on, model: reader, ...how };
    if ((await onSend(message)) && words === text) setText("");
    setSending(false);
  };
  const change = selected ? "What should change of it?" : "What should change?";
  const label = question ? "Your answer" : change;
  const note = active || question || shown === null ? "" : `Goes on from revision ${shown}`;

  return (
    <WordsForm
      label={label}
      placeholder={active ? "Anything to change on the way?" : label}
      words={text}
      onWords={setText}
      ready={ready}
      onSubmit={() => void send(text)}
      about={selected && <SelectedElement selected={selected} onClear={clear} />}
    >
      <span className="next-words-more">
        {!active && (readers.length > 1 || reader !== model?.id) && (
          <Menu
            label="Model"
            value={reader}
            choices={readers.map(({ id, label, note }) => ({ value: id, label, note }))}
            onChoose={setChosen}
            action={ADD_MODEL}
            up
          />
        )}
        {!active && <ThinkingMenu value={thinks ?? thinking} onChoose={setThinks} up />}
        {!question && children}
      </span>
      {question && (
        <Button disabled={sending} onClick={() => void send("You decide.")}>
          You decide
        </Button>
      )}
      <small>{note}</small>
      <Button type="submit" kind="primary" disabled={!ready}>
        {sending ? "Sending…" : active ? "Send now" : "Send"}
      </Button>
    </WordsForm>
  );
}
