import { useRef, type KeyboardEvent } from "react";

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
  const list = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const here = tabs.findIndex((tab) => tab.name === selected);
    const next = tabs[(here + step + tabs.length) % tabs.length];
    if (!next) return;
    onSelect(next.name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus();
    event.preventDefault();
  };

  return (
    <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          data-tab={tab.name}
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
  const group = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const here = options.findIndex((option) => option.name === selected);
    const next = (here + step + options.length) % options.length;
    const option = options[next];
    if (!option) return;
    onSelect(option.name);
    group.current?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="segments"
      role="radiogroup"
      aria-label={label}
      ref={group}
      onKeyDown={onKeyDown}
    >
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
