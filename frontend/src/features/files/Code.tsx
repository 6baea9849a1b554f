import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from "react";
import { blobUrl } from "../../protocol/client";
import type { ViewRevision } from "../../state/view";
import type { RunSnapshot } from "../../state/run";
import { Boundary } from "../../ui/Boundary";
import { Button, IconLink } from "../../ui/Button";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { useMedia } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { StageBody } from "../studio/StageBody";
import { changedLines } from "./changes";
import { isPicture, isText, useFileText } from "./contents";
import { changesAsFile } from "../../state/standing";
import type { CodePlace } from "./place";
import { PreviewBeside } from "./PreviewBeside";
import { SaveBar } from "./SaveBar";
import { isTouched, mainFile, shownFiles, type ShownFile } from "./shown";
import type { EditsState } from "./useEdits";

const Editor = lazy(() => import("./Editor"));

/** What a person needs to change files themselves. */
export interface Editing extends Omit<EditsState, "save"> {
  active: boolean; // the run is at work
  save: () => void;
  onChoose: (number: number) => void;
}

interface CodeProps {
  tabs: ReactNode;
  run: RunSnapshot;
  shown: ViewRevision | null;
  page: string; // the file that is seen beside the code
  width: number; // CSS pixels of its mockup
  place: CodePlace | null; // to begin at
  onLine: (place: Omit<CodePlace, "at">) => void;
  editing: Editing;
}

export function Code(props: CodeProps) {
  const { tabs, run, shown, page, width, place, onLine, editing } = props;
  const files = shownFiles(run, shown);
  const [wanted, setWanted] = useState<string | null>(place?.path ?? null);
  const [cursor, setCursor] = useState<{ path: string; line: number } | null>(null);
  const [wished, setWished] = useState<boolean | null>(null); // to see the page beside
  const hasRoom = useMedia("(min-width: 1100px)");
  const unfinished = files.find((file) => file.textSoFar !== null);
  const open = files.find((file) => file.path === wanted) ?? unfinished ?? mainFile(files);
  const read = useFileText(run.summary.id, open?.file ?? null);
  const { edits, change } = editing;
  const newest = run.view.revisions.length;
  const changedHere = edits?.revision === shown?.number ? edits?.files : undefined;
  const text = open?.textSoFar ?? (open && changedHere?.[open.path]) ?? read.text;
  const links = shown ? run.links[shown.number] : undefined;
  const beside = hasRoom && links !== undefined && shown !== null && (wished ?? edits !== null);
  const canEdit =
    !editing.active && !editing.saving && shown !== null && open !== null && isText(open.path);
  const edit = (next: string) => {
    if (!canEdit || read.text === null) return;
    const { path } = open;
    change({ revision: shown.number, newest, path, text: next, saved: read.text });
    editing.onChoose(shown.number); // though another tab makes a newer one
  };

  return (
    <>
      <div className="stage-bar">
        {tabs}
        <div className="stage-tools">
          {open && <span className="file-name">{open.path}</span>}
          {hasRoom && links && (
            <Button kind="quiet" aria-pressed={beside} onClick={() => setWished(!beside)}>
              Preview beside
            </Button>
          )}
          {canEdit && text !== null && FORMATTED.test(open.path) && (
            <FormatButton key={open.path} path={open.path} text={text} onFormat={edit} />
          )}
          <CopyButton text={text} />
          <IconLink
            icon="download"
            label="Download all files as zip"
            href={links?.zip_url}
            download
          />
        </div>
      </div>
      <AsFileNote changes={changesAsFile(shown)} />
      {edits && (
        <SaveBar {...editing} edits={edits} shown={shown?.number ?? null} newest={newest} />
      )}
      <StageBody label="Code" kind="code">
        {open ? (
          <>
            <FileList
              files={files}
              open={open.path}
              edited={Object.keys(changedHere ?? {})}
              onOpen={setWanted}
            />
            <FileView
              runId={run.summary.id}
              file={open}
              text={text}
              error={read.error}
              place={place?.path === open.path ? place : null}
              onEdit={canEdit && read.text !== null ? edit : null}
              onSave={editing.save}
              onCursor={(line) => setCursor({ path: open.path, line })}
            />
            {beside && (
              <PreviewBeside
                key={shown.number}
                runId={run.summary.id}
                revision={shown.number}
                previewUrl={links.preview_url}
                page={/\.html?$/i.test(open.path) ? open.path : page}
                width={width}
                files={changedHere}
                cursor={cursor?.path === open.path ? cursor : null}
                onLine={(line) => {
                  onLine(line);
                  setWanted(line.path);
                }}
              />
            )}
          </>
        ) : (
          <Notice
            title="No file is written yet."
            hint="Code appears here while it is being written."
          />
        )}
      </StageBody>
    </>
  );
}

/** What a person finds who unpacks the zip and opens its page: told before it is taken. */
function AsFileNote({ changes }: { changes: readonly string[] }) {
  if (changes.length === 0) return null;
  return (
    <p className="as-file-note" role="note">
      Opened from the disk, the page is not quite this one: {changes.join("; ")}. Serve the folder
      instead: <code>python3 -m http.server</code>
    </p>
  );
}

interface FileListProps {
  files: readonly ShownFile[];
  open: string;
  edited: readonly string[]; // by the person, and not saved
  onOpen: (path: string) => void;
}

function FileList({ files, open, edited, onOpen }: FileListProps) {
  return (
    <nav className="file-list" aria-label="Files">
      <ul>
        {files.map((shown) => (
          <FileRow
            key={shown.path}
            shown={shown}
            current={shown.path === open}
            edited={edited.includes(shown.path)}
            onOpen={() => onOpen(shown.path)}
          />
        ))}
      </ul>
    </nav>
  );
}

interface FileRowProps {
  shown: ShownFile;
  current: boolean;
  edited: boolean;
  onOpen: () => void;
}

function FileRow({ shown, current, edited, onOpen }: FileRowProps) {
  const { path, file, textSoFar } = shown;
  return (
    <li>
      <button type="button" aria-current={current ? "true" : undefined} onClick={onOpen}>
        <Icon name={isPicture(path) ? "image" : "file"} />
        <span title={path}>{path}</span>
        <small>
          {textSoFar !== null
            ? "writing"
            : edited
              ? "not saved"
              : file
                ? format.bytes(file.size)
                : ""}
        </small>
        {isTouched(shown) && <i className="changed-dot" title="Changed last" />}
      </button>
    </li>
  );
}

interface FileViewProps {
  runId: string;
  file: ShownFile;
  text: string | null;
  error: unknown;
  place: CodePlace | null;
  onEdit: ((text: string) => void) | null; // null where it can only be read
  onSave: () => void;
  onCursor: (line: number) => void;
}

function FileView(props: FileViewProps) {
  const { runId, file, text, error, place, onEdit, onSave, onCursor } = props;
  const earlier = useFileText(runId, file.earlier).text;
  const changed = useMemo(
    () => (earlier !== null && text !== null ? changedLines(earlier, text) : file.changed),
    [earlier, text, file.changed],
  );
  if (file.file && isPicture(file.path)) {
    return (
      <div className="file-picture">
        <img src={blobUrl(runId, file.file.sha256)} alt={file.path} />
      </div>
    );
  }
  if (error !== null) return <Notice tone="problem" {...wordsOf(error)} />;
  if (text === null) return <Notice title={`Reading ${file.path}…`} />;
  const plain = (
    <pre className="plain-code" tabIndex={0}>
      {text}
    </pre>
  );
  return (
    <Boundary instead={plain}>
      <Suspense fallback={plain}>
        <Editor
          key={file.path}
          path={file.path}
          text={text}
          changed={changed}
          writing={file.textSoFar !== null}
          place={place}
          onEdit={onEdit}
          onSave={onSave}
          onCursor={onCursor}
        />
      </Suspense>
    </Boundary>
  );
}

const FORMATTED = /\.(html?|css|m?js|[jt]sx|ts|vue|json)$/i;

interface FormatButtonProps {
  path: string;
  text: string;
  onFormat: (text: string) => void;
}

/** Formats the file that is open; one that cannot be read is left, and its line is named. */
function FormatButton({ path, text, onFormat }: FormatButtonProps) {
  const [told, setTold] = useState("");
  const begin = async () => {
    try {
      const { default: format } = await import("./format");
      const formatted = await format(path, text);
      setTold(formatted === text ? "Formatted already" : "");
      onFormat(formatted);
    } catch (problem) {
      setTold(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return (
    <>
      <small role="status">{told}</small>
      <Button kind="quiet" onClick={() => void begin()}>
        Format
      </Button>
    </>
  );
}

export function CopyButton({ text }: { text: string | null }) {
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text ?? "");
      setCopied("yes");
    } catch {
      setCopied("no"); // refused; or there is no clipboard, as on a page served by plain HTTP
    }
  };
  const words = { yes: "Copied", no: "Not allowed here" };
  return (
    <Button
      kind="quiet"
      icon={copied === "yes" ? "check" : "copy"}
      disabled={text === null}
      onClick={() => void copy()}
    >
      {copied ? words[copied] : "Copy"}
    </Button>
  );
}
