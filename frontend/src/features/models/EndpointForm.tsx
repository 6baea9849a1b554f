import { useState } from "react";
import type { Endpoint, Preset } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Link } from "../../router";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { Notice, wordsOf } from "../../ui/Notice";
import { bodyOf, changed, fieldsOf, emptyFields, tested, type EndpointFields } from "./fields";
import { KeyField } from "./KeyField";
import { MoreSettings } from "./MoreSettings";
import { Presets } from "./Presets";
import { TestConnection } from "./TestConnection";

interface EndpointFormProps {
  presets: readonly Preset[];
  endpoint: Endpoint | undefined; // the one to be changed; none to add one
  onDone: () => void;
}

/** A model server: where it is, which model, and whether it can do the work. */
export function EndpointForm({ presets, endpoint, onDone }: EndpointFormProps) {
  const [fields, setFields] = useState(endpoint ? fieldsOf(endpoint) : emptyFields);
  const [preset, setPreset] = useState<Preset | null>(null);
  const [offered, setOffered] = useState<readonly string[]>([]);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const change = (changes: Partial<EndpointFields>) => setFields((now) => changed(now, changes));

  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      if (endpoint) await api.changeEndpoint(endpoint.id, bodyOf(fields));
      else await api.addEndpoint(bodyOf(fields));
      onDone();
    } catch (refusal) {
      setError(refusal);
      setSaving(false);
    }
  };

  return (
    <form
      className="endpoint-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Link className="back-link" href="/models">
        ‹ Models
      </Link>
      <h1>{endpoint ? endpoint.label : "Add a model"}</h1>
      {!endpoint && (
        <Presets
          presets={presets}
          chosen={preset}
          onChoose={(next) => {
            setPreset(next);
            change({ url: next.url, key: "" });
          }}
        />
      )}
      <div className="field-grid">
        <Field
          label="Address"
          type="url"
          inputMode="url"
          placeholder="http://127.0.0.1:30000/v1"
          hint="Up to and including /v1."
          value={fields.url}
          onChange={(event) => change({ url: event.target.value })}
        />
        <KeyField
          fields={fields}
          endpoint={endpoint}
          needed={preset?.needs_key}
          onKey={(key) => change({ key })}
        />
        <Field
          label="Model"
          list="offered-models"
          placeholder={preset ? `such as ${preset.model}` : "as the server lists it"}
          hint="Leave it empty and press Test to see what there is."
          value={fields.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <datalist id="offered-models">
          {offered.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field
          label="Shown as"
          placeholder={fields.name || "the model's name"}
          maxLength={100}
          value={fields.label}
          onChange={(event) => change({ label: event.target.value })}
        />
      </div>
      <TestConnection
        ask={() => api.testEndpoint({ ...bodyOf(fields), ...(endpoint && { id: endpoint.id }) })}
        ready={fields.url.trim() !== ""}
        name={fields.name}
        onName={(name) => change({ name })}
        onReport={(report) => {
          setOffered(report.models);
          setFields((now) => tested(now, report));
        }}
      />
      <MoreSettings fields={fields} onChange={change} />
      {error !== null && <Notice tone="problem" {...wordsOf(error)} />}
      <div className="form-actions">
        <Button type="submit" kind="primary" disabled={saving || !fields.url.trim()}>
          {saving ? "Saving…" : "Save"}
        </Button>
        <Link className="button quiet" href="/models">
          Cancel
        </Link>
      </div>
    </form>
  );
}
