import { useRef } from "react";
import type { ModelOption, StackOption } from "../../protocol/api";
import { Link } from "../../router";
import { MOST_VARIANTS, type Variant } from "../../state/variants";
import { IconButton } from "../../ui/Button";
import type { VariantsState } from "./useVariants";
import { VariantRow } from "./VariantRow";

const BUTTON = "variants-button"; // there is one on a page

/** Opens the choice of several takes, and goes back to one page. */
export function VariantsButton({ state }: { state: VariantsState }) {
  return (
    <button
      id={BUTTON}
      type="button"
      className="button quiet variants-button"
      aria-expanded={state.open}
      onClick={state.toggle}
    >
      Variants
    </button>
  );
}

interface VariantChoiceProps {
  state: VariantsState;
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  onFirst: (variant: Variant) => void;
  up?: boolean; // its menus
}

/** Two to four takes on one brief: whose, how it thinks and how freely, in which stack. */
export function VariantChoice({ state, models, stacks, onFirst, up = false }: VariantChoiceProps) {
  const add = useRef<HTMLButtonElement>(null);
  const { all, next, problem, change, remove } = state;
  if (!state.open) return null;
  if (all.length === 1) {
    const label = models.find(({ id }) => id === all[0]?.model)?.label ?? "This model";
    return (
      <p className="variants-none" role="status">
        {label} gives the same page each time. Add a model for variants.{" "}
        <Link href="/models/new">Add one</Link>
      </p>
    );
  }
  const full = all.length >= MOST_VARIANTS;
  return (
    <section className="variants-choice" aria-label="Variants to make">
      <ol>
        {all.map((variant, place) => (
          <li key={place}>
            <VariantRow
              name={`variant ${place + 1}`}
              variant={variant}
              models={models}
              stacks={stacks}
              up={up}
              onChange={(changed) => (place === 0 ? onFirst(changed) : change(place, changed))}
            />
            {place > 0 && (
              <IconButton
                icon="close"
                label={`Remove variant ${place + 1}`}
                onClick={() => {
                  // the button that was pressed goes away, and with the last one the list
                  const stays = all.length > 2 ? add.current : document.getElementById(BUTTON);
                  stays?.focus();
                  remove(place);
                }}
              />
            )}
          </li>
        ))}
      </ol>
      <div>
        <button
          ref={add}
          type="button"
          className="button plain"
          aria-disabled={full || !next}
          onClick={() => full || state.add()}
        >
          Add a variant
        </button>
        <small role="status">
          {problem ?? (full ? "Four at most." : next ? "" : onlySame(all))}
        </small>
      </div>
    </section>
  );
}

const onlySame = (all: readonly Variant[]) =>
  `No other model is connected than these ${all.length}.`;

/** What the button that begins says: how many pages come of it. */
export const generateWords = (state: VariantsState): string =>
  state.chosen.length > 0 ? `Generate ${state.chosen.length} variants` : "Generate";
