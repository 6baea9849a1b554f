import type { ConnectionReport, CheckResult } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";

const LABELS: Record<CheckResult["check"], string> = {
  address: "Address",
  key: "Key",
  model: "Model",
  answers: "Answers",
  streams: "Word by word",
  speed: "Speed",
  tools: "Calls tools",
  pictures: "Sees pictures",
  context: "Context",
};
const MARKS: Record<CheckResult["outcome"], { icon: IconName; words: string }> = {
  yes: { icon: "check", words: "yes" },
  no: { icon: "close", words: "no" },
  unknown: { icon: "help", words: "not known" },
};
const MAX_OFFERED = 8;

interface CheckResultsProps {
  report: ConnectionReport;
  name: string; // as it stands in the form
  onName?: (name: string) => void; // where another can be chosen
}

/** What a test found, and what to do about it; the names on offer where one has to be chosen. */
export function CheckResults({ report, name, onName }: CheckResultsProps) {
  const others = report.models.filter((one) => one !== name).slice(0, MAX_OFFERED);
  const isOpen = report.findings.some(
    ({ check, outcome }) => check === "model" && outcome !== "yes",
  );
  return (
    <section className="findings" aria-label="What the test found">
      <p role="status">
        <strong>{verdict(report)}</strong>
      </p>
      <ul>
        {report.findings.map((result) => (
          <Found key={result.check} result={result} />
        ))}
      </ul>
      {onName && isOpen && others.length > 0 && (
        <div className="offered" role="group" aria-label="Models on offer">
          {others.map((one) => (
            <Button key={one} onClick={() => onName(one)}>
              {one}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

function Found({ result }: { result: CheckResult }) {
  const { check, outcome, measured, server_says: says, remedy } = result;
  const mark = MARKS[outcome];
  return (
    <li className={outcome}>
      <Icon name={mark.icon} />
      <div>
        <b>{LABELS[check]}</b> <span className="unseen">{mark.words}.</span>
        {measured && <span>{measured}</span>}
        {says && <span className="quiet-text">The server says: {says}.</span>}
        {remedy && <span className="remedy">{remedy}</span>}
      </div>
    </li>
  );
}

/** The whole of it in a sentence. */
export function verdict({ findings }: ConnectionReport): string {
  const wrong = findings.filter(({ outcome }) => outcome === "no").length;
  if (wrong > 0) return wrong === 1 ? "One thing to put right" : `${wrong} things to put right`;
  if (!findings.some(({ check }) => check === "pictures")) return "Choose a model, then test again";
  const open = findings.some(({ outcome }) => outcome === "unknown");
  return open ? "It works, with some things not known" : "It can do all that is needed";
}
