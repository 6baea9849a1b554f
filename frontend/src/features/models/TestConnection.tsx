import { useState } from "react";
import type { ConnectionReport } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { useNow } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { CheckResults } from "./CheckResults";

interface TestConnectionProps {
  ask: () => Promise<ConnectionReport>;
  ready?: boolean; // whether it is known where to ask
  name: string;
  onName?: (name: string) => void;
  onReport?: (report: ConnectionReport) => void;
}

/** Asks the server small real questions, and shows what came of it. */
export function TestConnection(props: TestConnectionProps) {
  const { ask, ready = true, name, onName, onReport } = props;
  const [since, setSince] = useState<number | null>(null); // of the test that is running
  const [report, setReport] = useState<ConnectionReport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const now = useNow(since === null ? null : 1000);

  const test = async () => {
    setSince(Date.now());
    setReport(null);
    setError(null);
    try {
      const found = await ask();
      setReport(found);
      onReport?.(found);
    } catch (refusal) {
      setError(refusal);
    }
    setSince(null);
  };

  return (
    <div className="test-connection">
      <div className="test-line">
        <Button disabled={since !== null || !ready} onClick={() => void test()}>
          {since === null ? "Test" : "Testing…"}
        </Button>
        <small role="status">
          {since === null
            ? "Asks it for its models, a few words, a tool call and the colour of a picture."
            : `${Math.max(0, Math.floor((now - since) / 1000))} s of at most 30`}
        </small>
      </div>
      {error !== null && <Notice tone="problem" {...wordsOf(error)} />}
      {report && <CheckResults report={report} name={name} {...(onName && { onName })} />}
    </div>
  );
}
