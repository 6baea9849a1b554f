import { useId, useState, type ReactNode } from "react";
import type { Inspection } from "../../protocol/api";
import { uploadAsset } from "../../protocol/client";
import {
  GROUPS,
  ruleOf,
  sharedBy,
  withAttribute,
  withProperty,
  type Change,
  type Scope,
} from "../../state/inspector";
import { Button } from "../../ui/Button";
import { wordsOf } from "../../ui/Notice";
import { Segments } from "../../ui/Tabs";
import { PropertyField } from "./PropertyField";
import type { InspectorState } from "./useInspector";

interface InspectorProps {
  inspector: InspectorState;
  active: boolean; // the run is at work
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  "font-weight": ["400", "500", "600", "700"],
  "font-style": ["normal", "italic"],
  "text-align": ["left", "center", "right"],
  "text-transform": ["none", "uppercase", "capitalize"],
  "text-decoration": ["none", "underline"],
};

/** What the selected element looks like, and its change without any model. */
export function Inspector({ inspector, active }: InspectorProps) {
  const { inspection, scope, setScope, pending, saving, error, apply, discard } = inspector;
  if (!inspection) return <aside className="inspector" aria-label="Inspector" aria-busy="true" />;
  const shared = sharedBy(inspection);
  const refusal = error === null ? null : wordsOf(error);
  return (
    <aside className="inspector" aria-label="Inspector">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        {shared > 1 && (
          <Segments<Scope>
            label="What changes"
            options={[
              {
                name: "rule",
                label: "All alike",
                hint: "In the rule that sets it, for all it is for",
              },
              { name: "element", label: "Only this", hint: "In a rule for this element alone" },
            ]}
            selected={scope}
            onSelect={setScope}
          />
        )}
        <Content inspection={inspection} inspector={inspector} />
        {GROUPS.map((group) => (
          <Group
            key={`${group.label} ${inspector.discarded}`}
            {...group}
            inspection={inspection}
            inspector={inspector}
          />
        ))}
        <div className="inspector-actions">
          <p role="status">
            {refusal ? (
              <strong role="alert">
                {refusal.title} {refusal.hint}
              </strong>
            ) : saving ? (
              "Measuring…"
            ) : active ? (
              "It can be changed once the run has ended, or you stop it."
            ) : pending ? (
              "Not a version yet; it becomes one when you leave the element."
            ) : (
              "Changes are seen at once."
            )}
          </p>
          <Button kind="quiet" disabled={!pending || saving} onClick={discard}>
            Discard
          </Button>
          <Button type="submit" kind="primary" disabled={!pending || saving || active}>
            Apply
          </Button>
        </div>
      </form>
    </aside>
  );
}

interface PartProps {
  inspection: Inspection;
  inspector: InspectorState;
}

function Group({ label, names, inspection, inspector }: PartProps & (typeof GROUPS)[number]) {
  const { change, set, scope } = inspector;
  const properties = inspection.properties.filter(({ name }) => names.test(name));
  const others = (name: string) =>
    name === "font-family" ? inspection.fonts : (WORDS[name] ?? []);
  return (
    <fieldset>
      <legend>{label}</legend>
      {properties.map((property) => (
        <PropertyField
          key={property.name}
          property={property}
          rule={scope === "rule" ? ruleOf(inspection, property) : ownRule(property)}
          value={change.properties[property.name]}
          tokens={/color|background/.test(property.name) ? inspection.colours : inspection.lengths}
          values={others(property.name)}
          onChange={(value) => set(withProperty(change, property.name, value, property.value))}
        />
      ))}
    </fieldset>
  );
}

/** The rule that a change of one element alone is written into, if it is for that one already. */
const ownRule = ({ rule }: Inspection["properties"][number]) =>
  rule?.elements === 1 ? rule : null;

/** Words, addresses and pictures. */
function Content({ inspection, inspector }: PartProps) {
  const { change, set } = inspector;
  const { text, text_refusal: refusal, text_elements: shared } = inspection;
  const { attributes, pictures, tag } = inspection;
  if (text === null && !refusal && attributes.length === 0) return null;
  return (
    <fieldset>
      <legend>Content</legend>
      {text !== null && (
        <Labelled label="Words" told={shared > 1 ? `Written once for ${shared} elements` : ""}>
          {(id) => (
            <textarea
              id={id}
              rows={2}
              value={change.text ?? text}
              onChange={({ target }) =>
                set({ ...change, text: target.value === text ? null : target.value })
              }
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.shiftKey) return;
                event.preventDefault();
                event.currentTarget.form?.requestSubmit();
              }}
            />
          )}
        </Labelled>
      )}
      {refusal && <p className="property wide">{refusal}</p>}
      {attributes.map(({ name, value }) => (
        <Labelled label={NAMES[name] ?? name} key={name}>
          {(id) => (
            <input
              id={id}
              value={change.attributes[name] ?? value}
              list={name === "src" ? "inspector-pictures" : undefined}
              autoComplete="off"
              spellCheck={name === "alt"}
              onChange={({ target }) => set(withAttribute(change, name, target.value, value))}
            />
          )}
        </Labelled>
      ))}
      {tag === "img" && (
        <>
          <datalist id="inspector-pictures">
            {pictures.map((path) => (
              <option key={path} value={path} />
            ))}
          </datalist>
          <PictureUpload change={change} onChange={set} />
        </>
      )}
    </fieldset>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  href: "Leads to",
  src: "Picture",
  alt: "Described as",
  placeholder: "Placeholder",
  value: "Value",
};

interface PictureUploadProps {
  change: Change;
  onChange: (change: Change) => void;
}

/** Puts a picture of the person's own in place of the one that is there. */
function PictureUpload({ change, onChange }: PictureUploadProps) {
  const [told, setTold] = useState("");
  const send = async (file: File) => {
    setTold("Uploading…");
    try {
      const { id } = await uploadAsset(file, () => {});
      onChange({ ...change, picture: { id, url: await dataUrl(file) } });
      setTold(`${file.name} instead`);
    } catch (refusal) {
      const { title, hint } = wordsOf(refusal);
      setTold(`${title} ${hint}`);
    }
  };
  return (
    <Labelled label="Another picture" told={told}>
      {(id) => (
        <input
          id={id}
          type="file"
          accept="image/*"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) void send(file);
          }}
        />
      )}
    </Labelled>
  );
}

interface LabelledProps {
  label: string;
  told?: string;
  children: (id: string) => ReactNode;
}

function Labelled({ label, told, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="property wide">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {told && <small role="status">{told}</small>}
    </div>
  );
}

/** What a page in its sandbox can show before the picture is a file of it. */
const dataUrl = (file: File) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });
