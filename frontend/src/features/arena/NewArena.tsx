import { useEffect, useRef, useState } from "react";
import type { ArenaTable, Config } from "../../protocol/api";
import { api } from "../../protocol/client";
import { navigate } from "../../router";
import {
  askedOf,
  columnsOf,
  columnsProblem,
  MOST_COLUMNS,
  namedPrompts,
  type Prompt,
} from "../../state/arena";
import { forget, keep, readKept } from "../../state/kept";
import type { Variant } from "../../state/variants";
import { Button, IconButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { useAskBeforeUnload, useKept } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { useWindowFiles } from "../compose/DropZone";
import { useModels } from "../compose/useModels";
import { Contestants } from "./Contestants";
import { Prompts } from "./Prompts";
import { NAME, useMockups } from "./useMockups";

const PROMPTS = "mockwright.arena.prompts"; // where they are kept
const NO_WORDS: Prompt = { label: "", text: "" };

interface NewArenaProps {
  config: Config;
  known: readonly string[]; // the names of the arenas that there are
  again: ArenaTable | null; // the one to make another round of
  onCancel: (() => void) | null;
}

/** Mockups from this computer, the models to hold them against, and what to say to those. */
export function NewArena({ config, known, again, onCancel }: NewArenaProps) {
  const models = useModels(config.models);
  const mockups = useMockups();
  const { sent, remove } = mockups;
  const over = useWindowFiles(
    mockups.addFiles,
    ({ files }) => mockups.addFiles(files.map(({ file }) => file)),
    mockups.addAddress,
  );
  const of = again ? `.${again.id}` : ""; // what is kept of it is its own
  const nameKey = `${NAME}${of}`;
  const [name, setName] = useKept(nameKey, again?.name);
  const promptsKey = `${PROMPTS}${of}`;
  const [asked] = useState(() => again && askedOf(again));
  const [prompts, setPrompts] = useState(
    () =>
      readKept<readonly Prompt[]>(promptsKey) ??
      (asked?.prompts.length ? asked.prompts : [NO_WORDS]),
  );
  useEffect(() => keep(promptsKey, prompts), [promptsKey, prompts]);
  const [variants, setVariants] = useState<readonly Variant[]>(
    asked?.takes ?? [
      {
        model: config.default_model,
        thinking: "",
        temperature: null,
        stack: config.stacks[0]?.id ?? "html-css",
      },
    ],
  );
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  const assets = sent.flatMap((one) => one.assets ?? []);
  const columns = columnsOf(variants, prompts, models);
  const isKnown = known.includes(name.trim());
  const count = assets.length * columns;
  const sending = sent.some((one) => one.assets === null && !one.problem);
  const blocked = starting
    ? "Starting…"
    : sending
      ? "Uploading…"
      : assets.length === 0 && !isKnown
        ? "Add mockups first."
        : name.trim() === ""
          ? "Give it a name."
          : columnsProblem(variants, prompts, models);
  useAskBeforeUnload(sending);

  const start = async () => {
    setStarting(true);
    setRefusal(null);
    try {
      const table = await api.createArena({
        name,
        prompts: namedPrompts(prompts),
        assets: assets.map(({ id, scale }) => ({ id, scale })),
        variants: [...variants],
      });
      forget(nameKey);
      forget(promptsKey);
      mockups.forget();
      navigate(`/arenas/${table.id}`);
    } catch (failure) {
      setRefusal(failure);
      setStarting(false);
    }
  };

  return (
    <form
      className="new-arena"
      aria-label="New arena"
      onSubmit={(event) => {
        event.preventDefault();
        if (!blocked) void start();
      }}
    >
      <div className={`drop-zone compact ${over ? "over" : ""}`}>
        <p>
          <strong>{over ? "Drop them anywhere" : "Drop mockups"}</strong>, paste them, or{" "}
          <Button onClick={() => input.current?.click()}>Browse</Button>
        </p>
        <input
          ref={input}
          type="file"
          accept="image/*,application/pdf,.heic,.heif,.avif"
          multiple
          hidden
          aria-label="Mockup files"
          onChange={(event) => {
            mockups.addFiles(Array.from(event.target.files ?? []));
            event.target.value = "";
          }}
        />
      </div>
      {sent.length > 0 && (
        <ul className="arena-mockups" aria-label="Mockups">
          {sent.map(({ key, name: file, assets: taken, problem }) => (
            <li key={key}>
              {taken?.map((asset) => (
                <img key={asset.id} src={asset.thumbnail_url} alt="" />
              ))}
              <span>{file}</span>
              <small role="status" className={problem ? "problem" : ""}>
                {problem || (taken ? "" : "Uploading…")}
              </small>
              <IconButton icon="close" label={`Remove ${file}`} onClick={() => remove(key)} />
            </li>
          ))}
        </ul>
      )}
      <Contestants
        variants={variants}
        models={models}
        stacks={config.stacks}
        most={MOST_COLUMNS}
        onChange={setVariants}
      />
      <Prompts prompts={prompts} most={MOST_COLUMNS} onChange={setPrompts} />
      <Field
        label="Name"
        value={name}
        maxLength={120}
        hint={
          isKnown
            ? "Another round of this arena, of all its mockups unless you add some."
            : "The name of an arena that there is makes another round of it."
        }
        onChange={(event) => setName(event.target.value)}
      />
      {refusal !== null && <Notice tone="problem" {...wordsOf(refusal)} />}
      <div className="new-arena-actions">
        {onCancel && (
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <span className="blocked">{blocked}</span>
        <Button type="submit" kind="primary" disabled={blocked !== null}>
          {blocked
            ? "Start"
            : count === 0
              ? "Start another round"
              : count === 1
                ? "Start 1 run"
                : `Start ${count} runs`}
        </Button>
      </div>
    </form>
  );
}
