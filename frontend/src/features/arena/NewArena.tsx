import { useRef, useState } from "react";
import type { Config } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { Button, IconButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { useAskBeforeUnload, useKept } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { useWindowFiles } from "../compose/DropZone";
import { useModels } from "../compose/useModels";
import { useMockups } from "./useMockups";

const MOST_MODELS = 6;

interface NewArenaProps {
  config: Config;
  onCancel: (() => void) | null;
}

/** Mockups from this computer, the models to hold them against, and what to say to those. */
export function NewArena({ config, onCancel }: NewArenaProps) {
  const models = useModels(config.models);
  const mockups = useMockups();
  const { sent, remove } = mockups;
  const over = useWindowFiles(
    mockups.addFiles,
    ({ files }) => mockups.addFiles(files.map(({ file }) => file)),
    mockups.addAddress,
  );
  const [name, setName] = useKept("mockwright.arena");
  const [prompt, setPrompt] = useKept("mockwright.arena.words");
  const [chosen, setChosen] = useState<readonly string[]>([config.default_model]);
  const [starting, setStarting] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const input = useRef<HTMLInputElement>(null);
  const assets = sent.flatMap((one) => one.assets ?? []);
  const count = assets.length * chosen.length;
  const sending = sent.some((one) => one.assets === null && !one.problem);
  const blocked = starting
    ? "Starting…"
    : sending
      ? "Uploading…"
      : assets.length === 0
        ? "Add mockups first."
        : chosen.length === 0
          ? "Choose a model."
          : name.trim() === ""
            ? "Give it a name."
            : null;
  useAskBeforeUnload(sending);

  const start = async () => {
    setStarting(true);
    setRefusal(null);
    try {
      const table = await api.createArena({
        name,
        prompt,
        assets: assets.map(({ id, scale }) => ({ id, scale })),
        variants: models.filter(({ id }) => chosen.includes(id)).map(({ id }) => ({ model: id })),
      });
      setName("");
      setPrompt("");
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
      <fieldset>
        <legend>Models</legend>
        {models.map(({ id, label, device }) => (
          <label key={id} className="arena-model">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              disabled={!chosen.includes(id) && chosen.length >= MOST_MODELS}
              onChange={({ target: { checked } }) =>
                setChosen(checked ? [...chosen, id] : chosen.filter((one) => one !== id))
              }
            />
            {label} <small>{device}</small>
          </label>
        ))}
        <Link href="/models/new">Add a model</Link>
      </fieldset>
      <Field
        label="Name"
        value={name}
        maxLength={120}
        hint="The name of an arena that there is makes another round of it."
        onChange={(event) => setName(event.target.value)}
      />
      <textarea
        aria-label="Anything to add?"
        placeholder="Anything to add, for models that read words?"
        rows={2}
        value={prompt}
        onChange={(event) => setPrompt(event.target.value)}
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
          {blocked ? "Start" : count === 1 ? "Start 1 run" : `Start ${count} runs`}
        </Button>
      </div>
    </form>
  );
}
