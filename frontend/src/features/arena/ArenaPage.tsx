import { useEffect, useEffectEvent, useState } from "react";
import type { ArenaTable } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { isOpen, overTime, roundWords } from "../../state/arena";
import { Button } from "../../ui/Button";
import { Failure, Refusal } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { Mean, RoundTable } from "./RoundTable";

const AGAIN_MS = 2000;

interface ArenaPageProps {
  arenaId: string;
  number: number | null; // of the round; null for the newest
}

/** An arena: a round as a table, and how it went from round to round. */
export default function ArenaPage({ arenaId, number }: ArenaPageProps) {
  const [helpShown, setHelpShown] = useState(false);
  const [loaded, reload] = useLoaded(`${arenaId} ${number}`, () => api.arena(arenaId, number));
  const open = loaded.state === "ready" && loaded.data.rounds.some(isOpen);
  const again = useEffectEvent(reload);
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => again(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [open]);
  useTitle(loaded.state === "ready" ? `${loaded.data.name} · Arena` : "Arena · Mockwright");
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });
  return (
    <div className="start arena">
      <PageHeader here="arenas" onHelp={() => setHelpShown(true)} />
      <main>
        {loaded.state === "loading" && <Notice title="Reading the arena…" />}
        {loaded.state === "failed" && <Failure error={loaded.error} onRetry={reload} />}
        {loaded.state === "ready" && <Round table={loaded.data} onChanged={reload} />}
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

function Round({ table, onChanged }: { table: ArenaTable; onChanged: () => void }) {
  const { id, rounds } = table;
  const [refusal, setRefusal] = useState<unknown>(null);
  const shown = rounds[table.number - 1];
  const open = rounds.some(isOpen);
  const attempt = (action: () => Promise<unknown>) => {
    setRefusal(null);
    void action().then(onChanged, setRefusal);
  };
  return (
    <>
      <div className="projects-head">
        <h1>{table.name}</h1>
        {open ? (
          <Button icon="stop" onClick={() => attempt(() => api.stopArena(id))}>
            Stop
          </Button>
        ) : (
          <div className="arena-again">
            <Link className="button plain" href={`/arenas?again=${id}`}>
              Other models or prompts
            </Link>
            <Button
              kind="primary"
              icon="refresh"
              onClick={() =>
                attempt(async () => {
                  await api.newRound(id);
                  navigate(`/arenas/${id}`);
                })
              }
            >
              Another round
            </Button>
          </div>
        )}
      </div>
      <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
      {shown && (
        <p className="arena-status" role="status">
          Round {table.number}: {roundWords(shown)}
        </p>
      )}
      <RoundTable table={table} />
      <Rounds table={table} />
    </>
  );
}

/** Every round with its means, the newest first. */
function Rounds({ table: { id, number, rounds } }: { table: ArenaTable }) {
  const now = useNow(60_000);
  if (rounds.length < 2) return null;
  const { variants, rows } = overTime(rounds);
  return (
    <section aria-labelledby="rounds-title" className="arena-rounds">
      <h2 id="rounds-title">Over time</h2>
      <div className="arena-scroll" role="region" aria-label="Rounds" tabIndex={0}>
        <table className="arena-table">
          <thead>
            <tr>
              <th scope="col">Round</th>
              {variants.map((variant) => (
                <th key={variant} scope="col">
                  {variant}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map(({ round, means }) => (
              <tr key={round.number}>
                <th scope="row">
                  <Link
                    href={`/arenas/${id}?round=${round.number}`}
                    aria-current={round.number === number ? "page" : undefined}
                  >
                    Round {round.number}
                  </Link>
                  <small>
                    {isOpen(round) ? roundWords(round) : format.ago(round.created_at, now)}
                  </small>
                </th>
                {means.map((mean, place) => (
                  <td key={variants[place]}>
                    {mean ? <Mean mean={mean} rows={mean.pages} best={false} /> : "–"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
