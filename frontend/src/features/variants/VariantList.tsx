import { useRef, type ReactNode } from "react";
import type { ModelOption, StackOption } from "../../protocol/api";
import type { Variant } from "../../state/variants";
import { IconButton } from "../../ui/Button";
import { VariantRow } from "./VariantRow";

interface VariantListProps {
  noun: string; // what one is called
  variants: readonly Variant[];
  models: readonly ModelOption[];
  stacks: readonly StackOption[];
  full: boolean;
  next: Variant | null; // what is added
  first?: number; // the place from which on they can be removed
  up?: boolean; // its menus
  note: ReactNode;
  onChange: (place: number, variant: Variant) => void;
  onRemove: (place: number) => void;
  onAdd: () => void;
}

/** Takes, each in a line: whose, how it thinks and how freely, in which stack. */
export function VariantList({
  noun,
  variants,
  models,
  stacks,
  full,
  next,
  first = 0,
  up = false,
  note,
  onChange,
  onRemove,
  onAdd,
}: VariantListProps) {
  const add = useRef<HTMLButtonElement>(null);
  return (
    <>
      <ol>
        {variants.map((variant, place) => (
          <li key={place}>
            <VariantRow
              name={`${noun} ${place + 1}`}
              variant={variant}
              models={models}
              stacks={stacks}
              up={up}
              onChange={(changed) => onChange(place, changed)}
            />
            {place >= first && variants.length > 1 && (
              <IconButton
                icon="close"
                label={`Remove ${noun} ${place + 1}`}
                onClick={() => {
                  add.current?.focus(); // the button that was pressed goes away
                  onRemove(place);
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
          onClick={() => !full && next && onAdd()}
        >
          Add a {noun}
        </button>
        {note}
      </div>
    </>
  );
}
