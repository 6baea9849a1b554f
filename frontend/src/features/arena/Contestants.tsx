import { useRef } from "react";
import type { ModelOption, StackOption } from "../../protocol/api";
import { Link } from "../../router";
import { nextVariant, type Variant } from "../../state/variants";
import { IconButton } from "../../ui/Button";
import { VariantRow } from "../variants/VariantRow";

interface ContestantsProps {
  variants: readonly Variant[];
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  most: number;
  onChange: (variants: readonly Variant[]) => void;
}

/** The takes that each mockup gets: whose, how it thinks and how freely, in which stack. */
export function Contestants({ variants, models, stacks, most, onChange }: ContestantsProps) {
  const add = useRef<HTMLButtonElement>(null);
  const next = nextVariant(variants, models, stacks);
  const full = variants.length >= most;
  return (
    <fieldset className="variants-choice">
      <legend>Models</legend>
      <ol>
        {variants.map((variant, place) => (
          <li key={place}>
            <VariantRow
              name={`take ${place + 1}`}
              variant={variant}
              models={models}
              stacks={stacks}
              onChange={(changed) => onChange(variants.with(place, changed))}
            />
            {variants.length > 1 && (
              <IconButton
                icon="close"
                label={`Remove take ${place + 1}`}
                onClick={() => {
                  add.current?.focus(); // the button that was pressed goes away
                  onChange(variants.filter((_, at) => at !== place));
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
          onClick={() => !full && next && onChange([...variants, next])}
        >
          Add a take
        </button>
        <Link href="/models/new">Connect a model</Link>
      </div>
    </fieldset>
  );
}
