import type { Project } from "../../protocol/api";
import type { PageResult } from "../../protocol/events";
import { shortName } from "../../state/mockups";
import type { RunSnapshot } from "../../state/run";
import * as format from "../../ui/format";
import { StageBody } from "../studio/StageBody";
import { SideBySide } from "./modes";
import { picturesOf } from "./pictures";
import { useViewport } from "./useViewport";

interface TogetherProps {
  project: Project;
  run: RunSnapshot;
  results: readonly PageResult[]; // of one revision
}

/** Every mockup with its render, all at once; wheel and drag move each pair by itself. */
export function Together({ project, run, results }: TogetherProps) {
  return (
    <StageBody label="Compare" kind="together">
      <ul aria-label="All mockups">
        {results.map((result) => (
          <Pair key={result.mockup_index} project={project} run={run} result={result} />
        ))}
      </ul>
    </StageBody>
  );
}

function Pair({ project, run, result }: Omit<TogetherProps, "results"> & { result: PageResult }) {
  const place = result.mockup_index;
  const { mockup, render, heat } = picturesOf(run, project, result, place);
  const size = {
    width: Math.max(mockup.width, render.width),
    height: Math.max(mockup.height, render.height),
  };
  const [viewport, pairRef] = useViewport(size, true);
  return (
    <li style={{ flexGrow: Math.sqrt(size.width) }}>
      <p>
        <b>{shortName(run.view.mockups[place], place)}</b>{" "}
        <span title={format.SCORE_MEANING}>{format.score(result.score.total)}</span>
      </p>
      <div className={viewport.stacked ? "pair stacked" : "pair"} ref={pairRef}>
        <SideBySide
          mockup={mockup}
          render={render}
          heat={heat}
          viewport={viewport}
          marked={null}
          opacity={1}
          blinking={false}
        />
      </div>
    </li>
  );
}
