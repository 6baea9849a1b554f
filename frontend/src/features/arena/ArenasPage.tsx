import { useRef, useState } from "react";
import type { ArenaSummary, Config } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { roundWords } from "../../state/arena";
import { Button, IconButton } from "../../ui/Button";
import { Failure, Refusal } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useCommands, useLoaded, useNow, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Notice } from "../../ui/Notice";
import { PageHeader } from "../../ui/PageHeader";
import { NewArena } from "./NewArena";
import { isPrepared } from "./useMockups";

/** Every arena with its newest round, and how a new one is begun. */
export default function ArenasPage({ config }: { config: Config }) {
  useTitle("Arena · Mockwright");
  const heading = useRef<HTMLHeadingElement>(null);
  const [helpShown, setHelpShown] = useState(false);
  const [again] = useState(() => new URLSearchParams(location.search).get("again"));
  const [last, reloadLast] = useLoaded(`again ${again}`, () =>
    again ? api.arena(again, null) : Promise.resolve(null),
  );
  const [making, setMaking] = useState(() => again !== null || isPrepared());
  const [deleted, setDeleted] = useState<ArenaSummary | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [arenas, reload] = useLoaded("arenas", api.arenas);
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });
  const remove = (arena: ArenaSummary) =>
    api.deleteArena(arena.id).then(() => {
      setRefusal(null);
      setDeleted(arena);
      reload();
    }, setRefusal);
  const undo = ({ id }: ArenaSummary) =>
    api.restoreArena(id).then(() => {
      heading.current?.focus(); // the button that was pressed goes away
      setDeleted(null);
      reload();
    }, setRefusal);
  const begun = arenas.state === "ready" && arenas.data.length > 0;

  return (
    <div className="start arena">
      <PageHeader here="arenas" onHelp={() => setHelpShown(true)} />
      <main>
        <div className="projects-head">
          <h1 tabIndex={-1} ref={heading}>
            Arena
          </h1>
          {begun && !making && (
            <Button kind="primary" onClick={() => setMaking(true)}>
              New arena
            </Button>
          )}
        </div>
        <p className="arena-status">
          Your own mockups over several models and prompts: score, time, tokens and cost, round
          after round.
        </p>
        <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
        {deleted && (
          <p className="arena-deleted" role="status">
            “{deleted.name}” is deleted.{" "}
            <Button autoFocus onClick={() => void undo(deleted)}>
              Undo
            </Button>
          </p>
        )}
        {arenas.state === "loading" && <Notice title="Reading the list of arenas…" />}
        {arenas.state === "failed" && <Failure error={arenas.error} onRetry={reload} />}
        {last.state === "failed" && <Failure error={last.error} onRetry={reloadLast} />}
        {arenas.state === "ready" && last.state === "ready" && (making || !begun) && (
          <NewArena
            config={config}
            known={arenas.data.map(({ name }) => name)}
            again={last.data}
            onCancel={begun ? () => setMaking(false) : null}
          />
        )}
        {begun && <ArenaList arenas={arenas.data} onDelete={(one) => void remove(one)} />}
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

interface ArenaListProps {
  arenas: readonly ArenaSummary[];
  onDelete: (arena: ArenaSummary) => void;
}

function ArenaList({ arenas, onDelete }: ArenaListProps) {
  const now = useNow(60_000);
  return (
    <ul className="arena-list" aria-label="Arenas">
      {arenas.map((arena) => (
        <li key={arena.id}>
          <Link href={`/arenas/${arena.id}`}>
            <span className="arena-thumbnails">
              {arena.thumbnail_urls.map((url) => (
                <img key={url} src={url} alt="" loading="lazy" />
              ))}
            </span>
            <span>
              <b>{arena.name}</b>
              <small>
                {[
                  arena.mockups === 1 ? "1 mockup" : `${arena.mockups} mockups`,
                  arena.newest && `round ${arena.newest.number}`,
                  arena.newest && roundWords(arena.newest),
                  format.ago(arena.newest?.created_at ?? arena.created_at, now),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
            </span>
          </Link>
          <IconButton icon="trash" label={`Delete ${arena.name}`} onClick={() => onDelete(arena)} />
        </li>
      ))}
    </ul>
  );
}
