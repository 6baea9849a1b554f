import { useEffect, useEffectEvent, useRef, useState, type RefObject } from "react";
import type { RecordingLimits, ReferenceLimits, UploadLimits } from "../../protocol/api";
import type { Address } from "../../state/dragged";
import { folderFrom, type Folder } from "../../state/folders";
import { receiveFolder, takeFiles } from "../../state/inbox";
import { RECORDINGS_ACCEPTED } from "../../state/recordingFiles";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import * as format from "../../ui/format";
import { RecordButton } from "./RecordButton";

interface DropZoneProps {
  limits: UploadLimits;
  references: ReferenceLimits;
  recordings: RecordingLimits;
  compact: boolean;
  onFiles: (files: File[]) => void;
  onFolder: (folder: Folder) => void;
  onAddress: (address: Address) => void;
  onRecorded: (file: File) => void; // in this browser
}

/** Takes files from anywhere in the window: dropped, pasted or picked. */
export function DropZone({
  limits,
  references,
  recordings,
  compact,
  onFiles,
  onFolder,
  onAddress,
  onRecorded,
}: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const over = useWindowFiles(onFiles, onFolder, onAddress);
  return (
    <div className={`drop-zone ${compact ? "compact" : ""} ${over ? "over" : ""}`}>
      <Icon name="upload" />
      <p>
        {over ? (
          <strong>Drop it anywhere</strong>
        ) : (
          <>
            <strong>
              {compact ? "Drop another page" : "Drop a mockup, screenshot or recording"}
            </strong>
            , paste it, or{" "}
            <Button kind="plain" onClick={() => input.current?.click()}>
              Browse
            </Button>
          </>
        )}
      </p>
      <p className="limits">
        {limits.formats.join("\u00a0· ")} — up to {format.bytes(limits.max_bytes)},{" "}
        {limits.max_side.toLocaleString("en")} px a side, 1–{limits.max_images} images
        <br />
        MP4, WebM, MOV, MKV, animated GIF and WebP — up to {format.bytes(
          recordings.max_bytes,
        )}, {recordings.max_seconds / 60} min
        <RecordButton seconds={recordings.max_seconds} onRecorded={onRecorded} />
        <br />
        and with them rules ({endingsOf(references, "rules")}), design tokens (
        {endingsOf(references, "tokens")}), or a page to import or start from (
        {endingsOf(references, "base")}, or a{" "}
        <button type="button" className="link" onClick={() => folderInput.current?.click()}>
          folder
        </button>
        )
      </p>
      <input
        ref={input}
        type="file"
        accept={[
          RECORDINGS_ACCEPTED,
          "image/*,application/pdf,.heic,.heif,.avif", // not every browser counts these as images
          ...Object.keys(references.kinds),
        ].join()}
        multiple
        hidden
        aria-label="Mockup files"
        onChange={(event) => {
          onFiles(Array.from(event.target.files ?? []));
          event.target.value = ""; // the same file may be picked again
        }}
      />
      <FolderInput ref={folderInput} onFolder={receiveFolder} />
    </div>
  );
}

const FOLDERS_ONLY = { webkitdirectory: "" }; // every browser knows it, and React's types do not

interface FolderInputProps {
  ref: RefObject<HTMLInputElement | null>;
  onFolder: (folder: Folder) => void;
}

/** A field for a folder, which stays unseen. */
export function FolderInput({ ref, onFolder }: FolderInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      {...FOLDERS_ONLY}
      hidden
      aria-label="Folder of a page"
      onChange={(event) => {
        const folder = folderFrom(Array.from(event.target.files ?? []));
        if (folder) onFolder(folder);
        event.target.value = "";
      }}
    />
  );
}

const endingsOf = ({ kinds }: ReferenceLimits, kind: string) =>
  Object.keys(kinds)
    .filter((ending) => kinds[ending] === kind)
    .join(", ");

/** Takes what is dropped on the window or pasted. True while files are held over it. */
export function useWindowFiles(
  onFiles: DropZoneProps["onFiles"],
  onFolder: DropZoneProps["onFolder"],
  onAddress: DropZoneProps["onAddress"],
): boolean {
  const [over, setOver] = useState(false);
  const files = useEffectEvent(onFiles);
  const folder = useEffectEvent(onFolder);
  const address = useEffectEvent(onAddress);
  useEffect(
    () =>
      takeFiles({
        files: (taken) => files(taken),
        folder: (taken) => folder(taken),
        address: (taken) => address(taken),
        over: setOver,
      }),
    [],
  );
  return over;
}
