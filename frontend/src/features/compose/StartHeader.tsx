import type { ModelOption } from "../../protocol/api";
import { Link } from "../../router";
import { IconButton } from "../../ui/Button";
import { Menu } from "../../ui/Menu";
import { ThemeMenu } from "../../ui/theme";
import { abilities } from "./ModelNote";

interface StartHeaderProps {
  models: readonly ModelOption[];
  model: string;
  onModel: (id: string) => void;
  onHelp: () => void;
}

export function StartHeader({ models, model, onModel, onHelp }: StartHeaderProps) {
  const chosen = models.find((card) => card.id === model);
  return (
    <header className="page-header">
      <Link className="brand" href="/">
        <Mark /> Mockwright
      </Link>
      <nav>
        <Link href="/projects">Projects</Link>
      </nav>
      <Menu
        label="Model"
        align="end"
        value={model}
        shown={
          <>
            <span className="quiet-text">model</span> {chosen ? named(chosen) : model}
          </>
        }
        choices={models.map((card) => ({
          value: card.id,
          label: named(card),
          note: abilities(card),
        }))}
        onChoose={onModel}
      />
      <ThemeMenu />
      <IconButton icon="help" label="Keyboard shortcuts" onClick={onHelp} />
    </header>
  );
}

const named = (card: ModelOption) => `${card.label} · ${card.device}`;

export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M3 3h10v10H3z" />
      <path d="M8 8h9v9H8z" />
    </svg>
  );
}
