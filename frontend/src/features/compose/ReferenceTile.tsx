import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Segments } from "../../ui/Tabs";
import { referenceWords, type ReferenceItem } from "./references";

interface ReferenceTileProps {
  reference: ReferenceItem;
  onRemove: () => void;
  onRetry: (() => void) | null;
  importing: boolean; // a base: whether it is the first revision as it is
  onImporting: (importing: boolean) => void;
}

const USES = [
  { name: "import", label: "Import", hint: "It is revision 1 as it is" },
  { name: "start", label: "Start from it", hint: "The model changes it to match the mockup" },
] as const;

/** Rules, tokens or a base: its name, what it is for, and how to take it away. */
export function ReferenceTile(props: ReferenceTileProps) {
  const { reference, onRemove, onRetry, importing, onImporting } = props;
  const { name, kind, upload } = reference;
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
        {kind === "base" && upload.state === "ready" && (
          <Segments
            label={`What to do with ${name}`}
            options={USES}
            selected={importing ? "import" : "start"}
            onSelect={(use) => onImporting(use === "import")}
          />
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
