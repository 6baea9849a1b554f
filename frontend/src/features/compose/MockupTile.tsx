import { useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../ui/Button";
import { Segments } from "../../ui/Tabs";
import type { Item, ItemAction } from "./items";
import { RoleMenu } from "./RoleMenu";

const SCALES = [
  { name: "1", label: "1×", hint: "One image pixel is one CSS pixel" },
  { name: "2", label: "2×", hint: "Drawn for a HiDPI screen" },
  { name: "3", label: "3×", hint: "Drawn for a phone" },
] as const;

interface TileProps {
  item: Item;
  place: number;
  total: number;
  change: (action: ItemAction) => void;
  onRemove: () => void;
  onRetry: (() => void) | null;
}

export function MockupTile({ item, place, total, change, onRemove, onRetry }: TileProps) {
  const { key, name, upload } = item;
  return (
    <li className={`tile ${upload.state}`} aria-label={name}>
      <div className="tile-picture">
        <TilePicture item={item} />
        {upload.state === "sending" && (
          <progress value={upload.share} max={1} aria-label={`Uploading ${name}`} />
        )}
      </div>
      <div className="tile-text">
        <span className="tile-name" title={name}>
          {name}
        </span>
        <TileStatus item={item} />
        {upload.state === "ready" && (
          <Segments
            label={`Pixel ratio of ${name}`}
            options={SCALES}
            selected={String(item.scale) as "1" | "2" | "3"}
            onSelect={(scale) => change({ do: "scale", key, scale: Number(scale) })}
          />
        )}
        {upload.state === "ready" && place > 0 && (
          <RoleMenu
            name={name}
            role={item.role}
            onChoose={(role) => change({ do: "role", key, role })}
          />
        )}
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Retry
          </Button>
        )}
      </div>
      <div className="tile-actions">
        <IconButton icon="close" label={`Remove ${name}`} onClick={onRemove} />
        {total > 1 && upload.state !== "refused" && (
          <>
            <IconButton
              icon="up"
              label={`Move ${name} earlier`}
              disabled={place === 0}
              onClick={() => change({ do: "move", key, by: -1 })}
            />
            <IconButton
              icon="down"
              label={`Move ${name} later`}
              disabled={place === total - 1}
              onClick={() => change({ do: "move", key, by: 1 })}
            />
          </>
        )}
      </div>
    </li>
  );
}

function TileStatus({ item: { upload, scale } }: { item: Item }) {
  switch (upload.state) {
    case "sending":
      return (
        <span className="tile-note">
          {upload.share < 1
            ? `Uploading, ${Math.round(upload.share * 100)} %`
            : "Uploaded; it is read in its turn"}
        </span>
      );
    case "refused":
      return (
        <span className="tile-note problem" role="alert">
          {upload.reason} {upload.hint}
        </span>
      );
    case "ready": {
      const { width, height, notes } = upload.asset;
      return (
        <span className="tile-note">
          {Math.round(width / scale)} × {Math.round(height / scale)} px
          {notes.length > 0 && ` · ${notes.join(" · ")}`}
        </span>
      );
    }
    default:
      return upload satisfies never;
  }
}

/** The server's thumbnail once there is one, the file itself until then. */
function TilePicture({ item: { file, upload } }: { item: Item }) {
  if (upload.state === "ready") return <img src={upload.asset.thumbnail_url} alt="" />;
  return file && <FilePicture file={file} />;
}

/** The picture in a file; nothing where it holds none. */
function FilePicture({ file }: { file: File }) {
  const image = useRef<HTMLImageElement>(null);
  const [unreadable, setUnreadable] = useState(false);
  useEffect(() => {
    if (!image.current) return;
    const url = URL.createObjectURL(file);
    image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return unreadable ? null : <img ref={image} alt="" onError={() => setUnreadable(true)} />;
}
