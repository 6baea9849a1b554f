import { useState, type ReactNode } from "react";
import type { ModelOption } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { useKept } from "../../ui/hooks";
import { WordsForm } from "./WordsForm";

interface TryAgainProps {
  runId: string;
  prompt: string;
  model: ModelOption | undefined;
  onSend: (prompt: string) => Promise<boolean>;
  note?: ReactNode;
  children?: ReactNode;
}

/** Where the words for another try are kept, as long as they are not sent. */
export const againKey = (runId: string) => `mockwright-again-${runId}`;

/** Another run on the same mockups, with new words. */
export function TryAgain({ runId, prompt, model, onSend, note, children }: TryAgainProps) {
  const [words, setWords] = useKept(againKey(runId), prompt);
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    if (await onSend(words)) setWords(prompt);
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
