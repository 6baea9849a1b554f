import { Button } from "./Button";
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
