import { useState } from "react";
import type { Config, ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";
import { navigate } from "../../router";
import { Failure } from "../../ui/Failure";
import { useCommands, useKept } from "../../ui/hooks";
import { ModelNote } from "../compose/ModelNote";
import { Words } from "../compose/Words";
import { ThinkingMenu, type Thinking } from "../models/ThinkingMenu";

interface GenerateProps {
  recordingId: string;
  config: Config;
  model: string;
  card: ModelOption | undefined;
  unsaved: boolean; // what the person has to settle first
  onReady: () => Promise<boolean>; // all that was changed is saved
}

/** What is generated of the recording as it now is. */
export function Generate(props: GenerateProps) {
  const { recordingId, config, model, card, unsaved, onReady } = props;
  const [prompt, setPrompt] = useKept("mockwright.words");
  const [stack, setStack] = useState(config.stacks[0]?.id ?? "html-css");
  const [thinking, setThinking] = useState<Thinking>("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const built = config.stacks.find(({ id, has_build }) => id === stack && has_build);
  const blocked = sending ? "Starting the run…" : unsaved ? "Not all is saved yet" : null;

  const generate = async () => {
    if (blocked) return;
    setSending(true);
    setError(null);
    try {
      if (await onReady()) {
        const project = await api.createProject({
          assets: [],
          recording: recordingId,
          prompt,
          stack,
          model,
          thinking,
        });
        setPrompt("");
        navigate(`/p/${project.id}`);
        return;
      }
    } catch (failure) {
      setError(failure);
    }
    setSending(false);
  };

  useCommands((command) => {
    if (command === "generate") void generate();
    return command === "generate";
  });

  return (
    <section className="composer" aria-label="Generate">
      <Words
        prompt={prompt}
        onPrompt={setPrompt}
        stacks={config.stacks}
        stack={stack}
        onStack={setStack}
        blocked={blocked}
        action="Generate"
        onGenerate={() => void generate()}
      >
        {card?.reads_words && <ThinkingMenu value={thinking} onChoose={setThinking} />}
      </Words>
      {card && <ModelNote card={card} prompt={prompt} hasReferences={false} />}
      {card && !card.reads_words && built && (
        <p className="model-note marked" role="status">
          {card.label} writes what was done in HTML + CSS alone: in {built.label} it draws the first
          state.
        </p>
      )}
      {error !== null && <Failure error={error} onRetry={() => void generate()} />}
    </section>
  );
}
