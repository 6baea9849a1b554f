import { Button, IconButton } from "./Button";
import { Notice, wordsOf } from "./Notice";

interface FailureProps {
  error: unknown;
  onRetry: () => void;
  kind?: "primary" | "plain";
}

/** What failed, in words, and the button that tries it again. */
export function Failure({ error, onRetry, kind = "plain" }: FailureProps) {
  return (
    <Notice
      tone="problem"
      {...wordsOf(error)}
      action={
        <Button kind={kind} icon="refresh" onClick={onRetry}>
          Retry
        </Button>
      }
    />
  );
}

interface RefusalProps {
  error: unknown; // null where nothing was refused
  onDismiss: () => void;
}

/** What was refused, in words, until it is dismissed. */
export function Refusal({ error, onDismiss }: RefusalProps) {
  if (error === null) return null;
  return (
    <Notice
      tone="problem"
      {...wordsOf(error)}
      action={<IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    />
  );
}
