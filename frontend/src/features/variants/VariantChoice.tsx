import type { ModelOption, StackOption } from "../../protocol/api";
import { Link } from "../../router";
import { MOST_VARIANTS, type Variant } from "../../state/variants";
import type { VariantsState } from "./useVariants";
import { VariantList } from "./VariantList";

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
      <VariantList
        noun="variant"
        variants={all}
        models={models}
        stacks={stacks}
        full={full}
        next={next}
        first={1}
        up={up}
        note={
          <small role="status">
            {problem ?? (full ? "Four at most." : next ? "" : onlySame(all))}
          </small>
        }
        onChange={(place, changed) => (place === 0 ? onFirst(changed) : change(place, changed))}
        onRemove={(place) => {
          if (all.length === 2) document.getElementById(BUTTON)?.focus(); // the list goes with it
          remove(place);
        }}
        onAdd={state.add}
      />
    </section>
  );
}

const onlySame = (all: readonly Variant[]) =>
  `No other model is connected than these ${all.length}.`;

/** What the button that begins says: how many pages come of it. */
export const generateWords = (state: VariantsState): string =>
  state.chosen.length > 0 ? `Generate ${state.chosen.length} variants` : "Generate";
