import { useState } from "react";
import type { Config } from "../../protocol/api";
import { api } from "../../protocol/client";
import { navigate } from "../../router";
import { keep } from "../../state/kept";
import { Button, IconButton } from "../../ui/Button";
import { Failure } from "../../ui/Failure";
import { FOLLOW_UP, followUpKey, isNewcomer, putAway } from "./firstSteps";

const STEPS = [
  ["Give it a mockup", "Drop, paste or choose a picture, or take an example below."],
  ["Watch", "The page is written, drawn and measured; what differs is named."],
  ["Say what to change", "“button green” works without any model. Then take the code home."],
] as const;

interface FirstStepsProps {
  config: Config;
  onHelp: () => void;
}

/** What a newcomer does, in three steps, until it is put away; and all of it with an example. */
export function FirstSteps({ config, onHelp }: FirstStepsProps) {
  const [isShown, setShown] = useState(isNewcomer);
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [example] = config.examples;
  if (!isShown) return null;

  const show = async (name: string, scale: number) => {
    setStarting(true);
    setError(null);
    try {
      const { id } = await api.takeExample(name);
      const project = await api.createProject({
        assets: [{ id, scale, role: "auto" }],
        references: [],
        prompt: "",
        stack: config.stacks[0]?.id ?? "html-css",
        model: "draft",
        thinking: "",
      });
      for (const run of project.runs) {
        keep(followUpKey(run.id), true);
        keep(`mockwright-message-${run.id}`, FOLLOW_UP);
      }
      navigate(`/p/${project.id}`);
    } catch (failure) {
      setError(failure);
      setStarting(false);
    }
  };
  return (
    <section className="first-steps" aria-labelledby="first-steps-title">
      <header>
        <h2 id="first-steps-title">Three steps</h2>
        <IconButton
          icon="close"
          label="Put the three steps away"
          onClick={() => {
            putAway();
            setShown(false);
          }}
        />
      </header>
      <ol>
        {STEPS.map(([title, words]) => (
          <li key={title}>
            <b>{title}</b> <span>{words}</span>
          </li>
        ))}
      </ol>
      {error !== null && (
        <Failure error={error} onRetry={() => example && void show(example.name, example.scale)} />
      )}
      <p>
        {example && (
          <Button disabled={starting} onClick={() => void show(example.name, example.scale)}>
            {starting ? "Starting…" : "Show me with an example"}
          </Button>
        )}
        <Button kind="quiet" onClick={onHelp}>
          Read more
        </Button>
      </p>
    </section>
  );
}
