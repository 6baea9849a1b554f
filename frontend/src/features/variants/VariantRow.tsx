import type { ModelOption, StackOption } from "../../protocol/api";
import type { Variant } from "../../state/variants";
import { Menu } from "../../ui/Menu";
import { ThinkingMenu } from "../models/ThinkingMenu";

const USUAL = "null";
const TEMPERATURES = [
  { value: USUAL, label: "As usual", note: "What the makers of its kind advise." },
  { value: "0", label: "0", note: "Nearly the same answer each time." },
  { value: "0.3", label: "0.3" },
  { value: "0.6", label: "0.6" },
  { value: "1", label: "1", note: "The most varied." },
];

interface VariantRowProps {
  name: string;
  variant: Variant;
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  up?: boolean; // its menus
  onChange: (variant: Variant) => void;
}

/** What tells one take apart: its model, how that thinks and how freely, and its stack. */
export function VariantRow({
  name,
  variant,
  models,
  stacks,
  up = false,
  onChange,
}: VariantRowProps) {
  const card = models.find(({ id }) => id === variant.model);
  return (
    <>
      <Menu
        label={`Model of ${name}`}
        value={variant.model}
        choices={models.map(({ id, label, device, deterministic }) => ({
          value: id,
          label: `${label} · ${device}`,
          note: deterministic ? "gives the same page each time" : "answers otherwise each time",
        }))}
        onChoose={(model) => onChange({ ...variant, model })}
        up={up}
      />
      {card?.reads_words && (
        <>
          <ThinkingMenu
            of={name}
            value={variant.thinking}
            onChoose={(thinking) => onChange({ ...variant, thinking })}
            up={up}
          />
          <Menu
            label={`Temperature of ${name}`}
            value={String(variant.temperature)}
            shown={
              <>
                <span className="quiet-text">temperature</span> {variant.temperature ?? "as usual"}
              </>
            }
            choices={TEMPERATURES}
            onChoose={(value) =>
              onChange({ ...variant, temperature: value === USUAL ? null : Number(value) })
            }
            up={up}
          />
        </>
      )}
      {stacks.length > 1 && (
        <Menu
          label={`Stack of ${name}`}
          value={variant.stack}
          choices={stacks.map(({ id, label, note }) => ({ value: id, label, note }))}
          onChoose={(stack) => onChange({ ...variant, stack })}
          up={up}
        />
      )}
    </>
  );
}
