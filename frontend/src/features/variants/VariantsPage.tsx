import { useEffect, useRef, useState } from "react";
import type { Config, Project } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link, navigate } from "../../router";
import { bestOf, chosenOf, ranked, variantsOf, type Standing } from "../../state/variants";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useCommands, useTitle } from "../../ui/hooks";
import { Help } from "../help/Help";
import { Refusal } from "../../ui/Failure";
import { ThemeMenu } from "../../ui/theme";
import { VariantTile } from "./VariantTile";

interface VariantsPageProps {
  config: Config;
  project: Project;
  group: string;
  onProjectChanged: () => void;
}

/** Several takes on one brief, side by side: to watch, to compare, and to continue with one. */
export default function VariantsPage({
  config,
  project,
  group,
  onProjectChanged,
}: VariantsPageProps) {
  const runs = variantsOf(project.runs, group);
  const [standings, setStandings] = useState<Readonly<Record<string, Standing>>>({});
  const [refusal, setRefusal] = useState<unknown>(null);
  const [helpShown, setHelpShown] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const chosen = chosenOf(runs)?.id ?? null;
  const best = bestOf(standings);
  const active = runs.filter(({ id }) => standings[id]?.active).length;
  useTitle(`${runs.length} variants · ${project.name}`);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus();
  }, []);
  useCommands((command) => {
    if (command === "help") setHelpShown(true);
    return command === "help";
  });

  const choose = (runId: string) =>
    api.chooseRun(runId).then(() => {
      onProjectChanged();
      navigate(`/p/${project.id}?run=${runId}`);
    }, setRefusal);
  const stopAll = () => api.stopAll(project.id).then(() => setRefusal(null), setRefusal);

  return (
    <div className="variants-page">
      <header className="page-header">
        <Link className="back" href="/projects" aria-label="Projects">
          <Icon name="left" />
          <span>Projects</span>
        </Link>
        <h1 tabIndex={-1} ref={heading}>
          {project.name}
        </h1>
        <div className="header-actions">
          <ThemeMenu />
          <IconButton icon="help" label="Keyboard shortcuts" onClick={() => setHelpShown(true)} />
        </div>
      </header>
      <main>
        <div className="variants-head">
          <p role="status">{headWords(runs.length, active, chosen !== null)}</p>
          {active > 0 && (
            <Button icon="stop" onClick={() => void stopAll()}>
              Stop all
            </Button>
          )}
        </div>
        <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
        <ol className="variants" aria-label="Variants">
          {ranked(runs, standings).map((run) => (
            <li key={run.id} className="variant" aria-label={run.variant}>
              <VariantTile
                run={run}
                messages={config.messages}
                mark={run.id === chosen ? "continued" : run.id === best ? "best" : null}
                mockupUrl={project.assets[0]?.thumbnail_url}
                onStanding={(standing) => setStandings((all) => ({ ...all, [run.id]: standing }))}
                onChoose={() => void choose(run.id)}
              />
            </li>
          ))}
        </ol>
      </main>
      {helpShown && <Help topic="first-page" onClose={() => setHelpShown(false)} />}
    </div>
  );
}

function headWords(count: number, active: number, chosen: boolean): string {
  if (active > 0)
    return `${active} of ${count} variants at work. Each can be used as soon as it is done.`;
  if (chosen) return `${count} variants. The project opens with the one you continue with.`;
  return `${count} variants, the best match first. Continue with one: the others stay.`;
}
