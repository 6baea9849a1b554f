import { useState } from "react";
import type { Config } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { isRecording } from "../../state/recordingFiles";
import { Failure, Refusal } from "../../ui/Failure";
import { useAskBeforeUnload, useCommands, useKept, useTitle } from "../../ui/hooks";
import { FirstSteps } from "../help/FirstSteps";
import { Help } from "../help/Help";
import { Notice, wordsOf } from "../../ui/Notice";
import { RecentProjects } from "../history/RecentProjects";
import { ThinkingMenu, type Thinking } from "../models/ThinkingMenu";
import { useVariants } from "../variants/useVariants";
import { generateWords, VariantChoice, VariantsButton } from "../variants/VariantChoice";
import { DropZone } from "./DropZone";
import { Examples } from "./Examples";
import { kindOf, type ReferenceItem } from "./references";
import { OpenRecordings } from "./OpenRecordings";
import { ReferenceTile } from "./ReferenceTile";
import { blockedBecause, counted, readyItems, type Item } from "./items";
import { MockupTile } from "./MockupTile";
import { ImportNote, ModelNote } from "./ModelNote";
import { StartHeader } from "./StartHeader";
import { forgetReferences, readyReferences, useReferences } from "./useReferences";
import { forgetUnsent, useItems } from "./useItems";
import { useModels } from "./useModels";
import { Words } from "./Words";

export function StartPage({ config }: { config: Config }) {
  useTitle("Mockwright");
  const { items, change, addFiles, addAddress, addExample, remove, send } = useItems(config.limits);
  const others = useReferences(config.references);
  const [prompt, setPrompt] = useKept("mockwright.words");
  const [stack, setStack] = useState(config.stacks[0]?.id ?? "html-css");
  const models = useModels(config.models);
  const [chosen, setModel] = useState<string | null>(null);
  const model = models.find(({ id }) => id === chosen)?.id ?? config.default_model;
  const [thinking, setThinking] = useState<Thinking>("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [refusal, setRefusal] = useState<unknown>(null); // of a recording
  const [helpShown, setHelpShown] = useState(false);
  const [importChosen, setImporting] = useState<boolean | null>(null);
  const hasMockup = counted(items).length > 0;
  const importing = hasBase(others.references) && (importChosen ?? !hasMockup);
  const [temperature, setTemperature] = useState<number | null>(null); // of the first variant
  const variants = useVariants(models, config.stacks, { model, thinking, temperature, stack });
  const blocked = sending
    ? "Starting the run…"
    : (blockedBecause(items, others.references, importing) ??
      (importing ? null : variants.problem));
  const card = models.find((one) => one.id === model);
  useAskBeforeUnload(
    [...items, ...others.references].some(({ upload }) => upload.state === "sending"),
  );

  const generate = async () => {
    if (blocked) return;
    setSending(true);
    setError(null);
    const assets = readyItems(items).map(({ asset, scale, role }) => ({
      id: asset.id,
      scale,
      role,
    }));
    const references = readyReferences(others.references).map(({ id }) => id);
    try {
      const project = await api.createProject({
        assets,
        references,
        imports_base: importing,
        prompt,
        stack,
        model,
        thinking,
        variants: importing ? [] : [...variants.chosen],
      });
      forgetUnsent();
      forgetReferences();
      setPrompt("");
      navigate(`/p/${project.id}`);
    } catch (failure) {
      setError(failure);
      setSending(false);
    }
  };

  const take = async (files: readonly File[]) => {
    const isOther = (file: File) => kindOf(file.name, config.references) !== null;
    const films = new Set<File>();
    for (const file of files) if (await isRecording(file)) films.add(file);
    others.add(files.filter(isOther));
    addFiles(files.filter((file) => !isOther(file) && !films.has(file)));
    const [film] = films;
    if (film && files.length === 1) await openRecording(film);
    else if (film) setRefusal(RECORDING_ALONE);
  };

  const openRecording = async (file: File) => {
    setRefusal(null);
    try {
      const { startUpload } = await import("../recording/uploads");
      const { id } = await startUpload(file, config.recordings.part_bytes);
      navigate(`/recordings/${id}`);
    } catch (failure) {
      setRefusal(failure);
    }
  };

  useCommands((command) => {
    if (command === "generate") void generate();
    else if (command === "help") setHelpShown(true);
    else return false;
    return true;
  });

  return (
    <div className="start">
      <StartHeader
        models={models}
        model={model}
        onModel={setModel}
        onHelp={() => setHelpShown(true)}
      />
      <main>
        <h1>A mockup in, a measured page out</h1>
        <section className="composer" aria-label="New project">
          <DropZone
            limits={config.limits}
            references={config.references}
            compact={items.length > 0}
            recordings={config.recordings}
            onFiles={(files) => void take(files)}
            onRecorded={(file) => void openRecording(file)}
            onFolder={(folder) => others.add([folder])}
            onAddress={addAddress}
          />
          <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
          {items.length > 0 && (
            <ol className="tiles" aria-label="Mockups">
              {items.map((item, place) => (
                <MockupTile
                  key={item.key}
                  item={item}
                  place={place}
                  total={counted(items).length}
                  change={change}
                  onRemove={() => remove(item.key)}
                  onRetry={retryOf(item, send)}
                />
              ))}
            </ol>
          )}
          {others.references.length > 0 && (
            <ul className="reference-tiles" aria-label="Rules, tokens and base">
              {others.references.map((reference) => (
                <ReferenceTile
                  key={reference.key}
                  reference={reference}
                  onRemove={() => others.remove(reference.key)}
                  onRetry={retryOf(reference, others.send)}
                  importing={importing}
                  onImporting={setImporting}
                />
              ))}
            </ul>
          )}
          <Words
            prompt={prompt}
            onPrompt={setPrompt}
            stacks={config.stacks}
            stack={stack}
            onStack={setStack}
            blocked={blocked}
            action={importing ? "Import" : generateWords(variants)}
            onGenerate={() => void generate()}
          >
            {card?.reads_words && variants.chosen.length === 0 && (
              <ThinkingMenu value={thinking} onChoose={setThinking} />
            )}
            {!importing && <VariantsButton state={variants} />}
          </Words>
          {importing && <ImportNote hasMockup={hasMockup} prompt={prompt} />}
          {!importing && (
            <VariantChoice
              state={variants}
              models={models}
              stacks={config.stacks}
              onFirst={(first) => {
                setModel(first.model);
                setThinking(first.thinking);
                setTemperature(first.temperature);
                setStack(first.stack);
              }}
            />
          )}
          {card && !importing && (
            <ModelNote
              card={card}
              prompt={prompt}
              hasReferences={readyReferences(others.references).length > 0}
            />
          )}
          {error !== null && <NotStarted error={error} onRetry={() => void generate()} />}
        </section>
        <FirstSteps config={config} onHelp={() => setHelpShown(true)} />
        <Examples examples={config.examples} onPick={addExample} />
        <OpenRecordings />
        <RecentProjects />
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

const RECORDING_ALONE = new ApiError(
  "recording_alone",
  "A recording becomes a project of its own.",
  "Choose it alone.",
  0,
);

/** A project whose run could not be queued is stored: making it again would make two. */
function NotStarted({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!(error instanceof ApiError && error.code === "queue_unavailable")) {
    return <Failure error={error} onRetry={onRetry} />;
  }
  return (
    <Notice
      tone="problem"
      {...wordsOf(error)}
      action={
        <Link className="button plain" href="/projects">
          Open projects
        </Link>
      }
    />
  );
}

const hasBase = (references: readonly ReferenceItem[]) =>
  references.some(({ kind, upload }) => kind === "base" && upload.state !== "refused");

interface Sent<What> {
  key: string;
  file: What | null;
  upload: Item["upload"] | ReferenceItem["upload"];
}

function retryOf<What>(one: Sent<What>, send: (key: string, file: What) => void) {
  const { key, file, upload } = one;
  if (!file || upload.state !== "refused" || !upload.retry) return null;
  return () => send(key, file);
}
