import type { ModelOption, StackOption } from "../../protocol/api";
import { Link } from "../../router";
import { nextVariant, type Variant } from "../../state/variants";
import { VariantList } from "../variants/VariantList";

interface ContestantsProps {
  variants: readonly Variant[];
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  most: number;
  onChange: (variants: readonly Variant[]) => void;
}

/** The takes that each mockup gets: whose, how it thinks and how freely, in which stack. */
export function Contestants({ variants, models, stacks, most, onChange }: ContestantsProps) {
  const next = nextVariant(variants, models, stacks);
  return (
    <fieldset className="variants-choice">
      <legend>Models</legend>
      <VariantList
        noun="take"
        variants={variants}
        models={models}
        stacks={stacks}
        full={variants.length >= most}
        next={next}
        note={<Link href="/models/new">Connect a model</Link>}
        onChange={(place, changed) => onChange(variants.with(place, changed))}
        onRemove={(place) => onChange(variants.filter((_, at) => at !== place))}
        onAdd={() => next && onChange([...variants, next])}
      />
    </fieldset>
  );
}
