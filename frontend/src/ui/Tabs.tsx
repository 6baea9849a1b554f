import { useRef, type KeyboardEvent } from "react";

const ALONG = { ArrowRight: 1, ArrowLeft: -1 };
const ANY_WAY = { ...ALONG, ArrowDown: 1, ArrowUp: -1 };

/** Roving focus over a row of buttons: an arrow selects the next one, around the ends. */
function useArrows<Name extends string>(
  steps: Readonly<Record<string, number>>,
  options: readonly { name: Name }[],
  selected: Name,
  onSelect: (name: Name) => void,
) {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    const here = options.findIndex(({ name }) => name === selected);
    const next = (here + step + options.length) % options.length;
    const option = options[next];
    if (!option) return;
    onSelect(option.name);
    row.current?.querySelectorAll("button")[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return [row, onKeyDown] as const;
}

interface TabsProps<Name extends string> {
  label: string;
  tabs: readonly { name: Name; label: string }[];
  selected: Name;
  onSelect: (name: Name) => void;
  panelId: string;
}

/** A tab list with roving focus; the arrows move and select. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, tabs, selected, onSelect, panelId } = props;
  const [row, onKeyDown] = useArrows(ALONG, tabs, selected, onSelect);

  return (
    <div className="tabs" role="tablist" aria-label={label} ref={row} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          aria-selected={tab.name === selected}
          aria-controls={panelId}
          tabIndex={tab.name === selected ? 0 : -1}
          onClick={() => onSelect(tab.name)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

interface SegmentsProps<Name extends string> {
  label: string;
  options: readonly { name: Name; label: string; hint?: string }[];
  selected: Name;
  onSelect: (name: Name) => void;
}

/** A few exclusive options in a row: a radio group. */
export function Segments<Name extends string>(props: SegmentsProps<Name>) {
  const { label, options, selected, onSelect } = props;
  const [row, onKeyDown] = useArrows(ANY_WAY, options, selected, onSelect);

  return (
    <div className="segments" role="radiogroup" aria-label={label} ref={row} onKeyDown={onKeyDown}>
      {options.map((option) => (
        <button
          key={option.name}
          type="button"
          role="radio"
          aria-checked={option.name === selected}
          tabIndex={option.name === selected ? 0 : -1}
          title={option.hint}
          onClick={() => onSelect(option.name)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
