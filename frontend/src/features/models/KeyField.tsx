import type { Endpoint } from "../../protocol/api";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import type { EndpointFields } from "./fields";

interface KeyFieldProps {
  fields: EndpointFields;
  endpoint: Endpoint | undefined;
  needed: boolean | undefined; // by the preset
  onKey: (key: string | null) => void;
}

/** A key goes in and is never shown again: of one that is kept there is but the word. */
export function KeyField({ fields, endpoint, needed, onKey }: KeyFieldProps) {
  const kept = endpoint?.key === "kept";
  const moved = kept && fields.key === null && hostOf(fields.url) !== hostOf(endpoint.url);
  const lost = endpoint?.key === "unreadable" && !fields.key;
  const hint = lost
    ? "It can no longer be read, as Mockwright's secret key has changed: enter it again."
    : moved
      ? "The kept key is for the other server: enter the one for this address."
      : kept && fields.key === null
        ? "It is kept, encrypted. Enter another to replace it."
        : "It is stored encrypted, sent to this address alone, and never shown again.";
  return (
    <div className="key-field">
      <Field
        label="Key"
        type="password"
        autoComplete="new-password"
        placeholder={
          fields.key === null && !moved && !lost ? "kept" : needed ? "" : "if it wants one"
        }
        hint={hint}
        value={fields.key ?? ""}
        onChange={(event) => onKey(event.target.value || (kept ? null : ""))}
      />
      {kept && fields.key === null && (
        <Button kind="quiet" onClick={() => onKey("")}>
          Use no key
        </Button>
      )}
      {kept && fields.key === "" && (
        <Button kind="quiet" onClick={() => onKey(null)}>
          Keep the key
        </Button>
      )}
    </div>
  );
}

const hostOf = (url: string) => /^\s*(https?:\/\/[^/]*)/i.exec(url)?.[1]?.toLowerCase();
