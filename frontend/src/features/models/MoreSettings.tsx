import { useId } from "react";
import { Field } from "../../ui/Field";
import type { EndpointFields } from "./fields";

interface MoreSettingsProps {
  fields: EndpointFields;
  onChange: (changes: Partial<EndpointFields>) => void;
}

/** What a server usually knows better, and what its tokens cost. */
export function MoreSettings({ fields, onChange }: MoreSettingsProps) {
  const effort = useId();
  const count = (name: "max_tokens" | "context_tokens") => ({
    type: "number",
    min: 1,
    value: fields[name],
    onChange: (event: { target: HTMLInputElement }) => onChange({ [name]: event.target.value }),
  });
  const price = (name: "input_price" | "cached_input_price" | "output_price") => ({
    type: "number",
    min: 0,
    step: "any",
    value: fields[name],
    onChange: (event: { target: HTMLInputElement }) => onChange({ [name]: event.target.value }),
  });
  return (
    <details className="more-settings">
      <summary>Thinking, limits and prices</summary>
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={fields.thinking}
          onChange={(event) => onChange({ thinking: event.target.checked })}
        />
        Think before answering
      </label>
      <div className="field-grid three">
        <div className="field">
          <label htmlFor={effort}>Effort</label>
          <select
            id={effort}
            value={fields.effort}
            disabled={!fields.thinking}
            onChange={(event) =>
              onChange({ effort: event.target.value as EndpointFields["effort"] })
            }
          >
            <option value="">as the model does</option>
            <option value="low">low</option>
            <option value="medium">medium</option>
            <option value="high">high</option>
          </select>
        </div>
        <Field
          label="Longest answer, tokens"
          placeholder="as the server allows"
          {...count("max_tokens")}
        />
        <Field
          label="Context, tokens"
          placeholder="as the server says"
          {...count("context_tokens")}
        />
        <Field label="Input, $ per million tokens" {...price("input_price")} />
        <Field
          label="Cached input, $ per million"
          placeholder="as other input"
          {...price("cached_input_price")}
        />
        <Field label="Output, $ per million tokens" {...price("output_price")} />
      </div>
      <small>With prices, the studio tells what a run has cost.</small>
    </details>
  );
}
