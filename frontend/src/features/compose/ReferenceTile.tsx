import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { referenceWords, type ReferenceItem } from "./references";

interface ReferenceTileProps {
  reference: ReferenceItem;
  onRemove: () => void;
  onRetry: (() => void) | null;
}

/** Rules, tokens or a base: its name, what it is for, and how to take it away. */
export function ReferenceTile({ reference, onRemove, onRetry }: ReferenceTileProps) {
  const { name, upload } = reference;
  return (
    <li className={`reference-tile ${upload.state}`} aria-label={name}>
      <Icon name="file" />
      <div className="tile-text">
        <span className="tile-name" title={name}>
          {name}
        </span>
        {upload.state === "refused" ? (
          <span className="tile-note problem" role="alert">
            {upload.reason} {upload.hint}
          </span>
        ) : (
          <span className="tile-note">{referenceWords(reference)}</span>
        )}
        {upload.state === "sending" && (
          <progress value={upload.share} max={1} aria-label={`Uploading ${name}`} />
        )}
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Retry
          </Button>
        )}
      </div>
      <IconButton icon="close" label={`Remove ${name}`} onClick={onRemove} />
    </li>
  );
}
