import type { ArenaCell, ArenaMean, ArenaTable } from "../../protocol/api";
import { Link } from "../../router";
import { cellTaken, meanTaken, unscoredWords } from "../../state/arena";
import { Change, ScoreBar } from "../../ui/Score";

/** Mockup by model: the renders side by side, what each came to and took. */
export function RoundTable({ table }: { table: ArenaTable }) {
  const { variants, prompts, rows, means, best } = table;
  return (
    <div
      className="arena-scroll"
      role="region"
      aria-label={`Round ${table.number}`}
      tabIndex={0} // it scrolls sideways
    >
      <table className="arena-table">
        <thead>
          <tr>
            <th scope="col">Mockup</th>
            {variants.map((variant, place) => (
              <th key={variant} scope="col">
                {variant}
                {prompts[place] && (
                  <small className="arena-prompt" title={prompts[place]}>
                    “{prompts[place]}”
                  </small>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.project_id}>
              <th scope="row">
                <img src={row.thumbnail_url} alt="" loading="lazy" />
                {row.name}
              </th>
              {row.cells.map((cell, place) => (
                <td key={variants[place]}>
                  {cell ? (
                    <Cell
                      cell={cell}
                      name={`${row.name}, ${variants[place]}`}
                      best={row.best.includes(place)}
                    />
                  ) : (
                    "–"
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Mean</th>
            {means.map((mean, place) => (
              <td key={mean.variant}>
                <Mean mean={mean} rows={rows.length} best={best.includes(place)} />
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const BEFORE = { of: "an earlier round", short: "before" };

function Cell({ cell, name, best }: { cell: ArenaCell; name: string; best: boolean }) {
  const unscored = unscoredWords(cell);
  const taken = cellTaken(cell);
  return (
    <div className="arena-cell">
      <Link
        className={`arena-render ${cell.render_url ? "" : cell.state}`}
        href={`/p/${cell.project_id}?run=${cell.run_id}`}
        aria-label={`Open ${name} in the studio`}
      >
        {cell.render_url ? (
          <img src={cell.render_url} alt="" loading="lazy" />
        ) : (
          unscoredShort(cell)
        )}
      </Link>
      {cell.score !== null && (
        <span className="arena-score">
          <ScoreBar value={cell.score} label={`Score of ${name}`} />
          {best && <em className="best-mark">best</em>}
          {cell.before !== null && <Change value={cell.score} before={cell.before} {...BEFORE} />}
        </span>
      )}
      {unscored && cell.state === "failed" && (
        <p className="arena-problem">
          {unscored} <small>{cell.problem?.hint}</small>
        </p>
      )}
      {taken && <small>{taken}</small>}
    </div>
  );
}

const unscoredShort = (cell: ArenaCell) =>
  cell.state === "failed" ? "Failed" : unscoredWords(cell) || "No picture";

export function Mean({ mean, rows, best }: { mean: ArenaMean; rows: number; best: boolean }) {
  if (mean.score === null) return "–";
  return (
    <div className="arena-cell">
      <span className="arena-score">
        <ScoreBar value={mean.score} label={`Mean score of ${mean.variant}`} />
        {best && <em className="best-mark">best</em>}
        {mean.before !== null && <Change value={mean.score} before={mean.before} {...BEFORE} />}
      </span>
      <small>{meanTaken(mean, rows)}</small>
    </div>
  );
}
