import { ApiError } from "../protocol/client";
import { Link } from "../router";
import { Button, IconButton } from "./Button";
import { Notice, wordsOf } from "./Notice";

interface FailureProps {
  error: unknown;
  onRetry: () => void;
  kind?: "primary" | "plain";
}

/** What failed, in words, and the one thing to do: try again, or leave where there is nothing. */
export function Failure({ error, onRetry, kind = "plain" }: FailureProps) {
  return (
    <Notice
      tone="problem"
      {...wordsOf(error)}
      action={
        error instanceof ApiError && error.gone ? (
          <Link className={`button ${kind}`} href="/projects">
            All projects
          </Link>
        ) : (
          <Button kind={kind} icon="refresh" onClick={onRetry}>
            Retry
          </Button>
        )
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
