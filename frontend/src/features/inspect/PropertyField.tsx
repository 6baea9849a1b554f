import { useId, useState, type KeyboardEvent } from "react";
import type { InspectedProperty, RulePlace, Token } from "../../protocol/api";
import { hexOf, stepped, withUnits } from "../../state/inspector";

interface PropertyFieldProps {
  property: InspectedProperty;
  rule: RulePlace | null; // that it is written into; null where that has to be made
  value: string | undefined; // what it is to be, where that is otherwise
  tokens: readonly Token[];
  values: readonly string[]; // others to choose from
  onChange: (value: string) => void;
}

const isColour = (name: string) => /(^|-)color$|^background$/.test(name);

/** One property: its value as the file has it, what it would be, and where that is written. */
export function PropertyField(props: PropertyFieldProps) {
  const { property, rule, value, tokens, values, onChange } = props;
  const { name } = property;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null); // until it is left with a value in it
  const shown = typed ?? value ?? property.value;
  const isValue = (text: string) => text === "" || CSS.supports(name, text);
  const supported = isValue(withUnits(name, shown));
  const hex = hexOf(resolved(shown, tokens) || property.computed);
  const type = (text: string) => {
    const next = withUnits(name, text);
    setTyped(text);
    if (isValue(next)) onChange(next);
  };
  const step = (event: KeyboardEvent) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const next =
      way && stepped(withUnits(name, shown) || property.computed, way * (event.shiftKey ? 10 : 1));
    if (!next) return;
    event.preventDefault();
    type(next);
  };
  return (
    <div className="property" data-set={value !== undefined}>
      <label htmlFor={id}>{labelOf(name)}</label>
      <span className="property-value">
        {isColour(name) && (
          <input
            type="color"
            aria-label={`${labelOf(name)}: pick`}
            className={hex === null ? "none" : ""}
            value={hex ?? "#000000"}
            onChange={(event) => type(event.target.value)}
          />
        )}
        <input
          id={id}
          value={shown}
          placeholder={property.computed || "–"}
          list={tokens.length + values.length > 0 ? `${id}-list` : undefined}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={!supported}
          aria-describedby={`${id}-rule`}
          onChange={(event) => type(event.target.value)}
          onBlur={() => supported && setTyped(null)}
          onKeyDown={step}
        />
      </span>
      <datalist id={`${id}-list`}>
        {tokens.map((token) => (
          <option key={token.name} value={`var(${token.name})`}>
            {token.value}
          </option>
        ))}
        {values.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <small id={`${id}-rule`} className={supported ? "" : "wrong"}>
        {supported ? placeOf(rule, property) : `This is no value of ${name}.`}
      </small>
    </div>
  );
}

const resolved = (value: string, tokens: readonly Token[]) =>
  tokens.find((token) => value === `var(${token.name})`)?.value ?? value;

const labelOf = (name: string) => {
  const words = name.replaceAll("-", " ").replace("color", "colour");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function placeOf(rule: RulePlace | null, { rule: own }: InspectedProperty): string {
  if (!rule) return "in a rule of its own";
  const selector = rule.selector || "its style attribute";
  const shared = rule.elements > 1 ? ` · ${rule.elements} elements` : "";
  return `${own ? "" : "would be "}in ${selector}, ${rule.path}:${rule.line}${shared}`;
}
