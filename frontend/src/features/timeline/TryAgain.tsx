import { useState, type ReactNode } from "react";
import type { ModelOption } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { WordsForm } from "./WordsForm";

interface TryAgainProps {
  prompt: string;
  model: ModelOption | undefined;
  onSend: (prompt: string) => Promise<unknown>;
  note?: ReactNode;
  children?: ReactNode;
}

/** Another run on the same mockups, with new words. */
export function TryAgain({ prompt, model, onSend, note, children }: TryAgainProps) {
  const [words, setWords] = useState(prompt);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    await onSend(words);
    setSending(false);
  };
  return (
    <WordsForm
      label="Words for another try"
      placeholder="Anything to add for another try?"
      words={words}
      onWords={setWords}
      ready={!sending}
      onSubmit={() => void send()}
    >
      <small>
        {words && model && !model.reads_words
          ? `${model.label} follows the picture; words are kept.`
          : note}
      </small>
      {children}
      <Button type="submit" disabled={sending}>
        {sending ? "Starting…" : "Try again"}
      </Button>
    </WordsForm>
  );
}
