import type { ModelOption } from "../../protocol/api";
import { Menu } from "../../ui/Menu";
import { PageHeader } from "../../ui/PageHeader";
import { ADD_MODEL } from "../models/add";
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
    <PageHeader onHelp={onHelp}>
      <Menu
        label="Model"
        align="end"
        value={model}
        shown={
          <>
            <span className="quiet-text">model</span>{" "}
            <span>
              {chosen?.label ?? model}
              {chosen && <span className="quiet-text"> · {chosen.device}</span>}
            </span>
          </>
        }
        choices={models.map((card) => ({
          value: card.id,
          label: named(card),
          note: abilities(card),
        }))}
        onChoose={onModel}
        action={ADD_MODEL}
      />
    </PageHeader>
  );
}

const named = (card: ModelOption) => `${card.label} · ${card.device}`;
