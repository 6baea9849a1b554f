// An endpoint while a person writes it down: text fields as they stand, and what is sent of them.
import type { ConnectionReport, Endpoint, NewEndpoint } from "../../protocol/api";

export interface EndpointFields {
  url: string;
  name: string;
  label: string;
  key: string | null; // null: the one that is kept
  thinking: boolean;
  effort: NonNullable<NewEndpoint["effort"]>;
  max_tokens: string;
  context_tokens: string;
  sees_pictures: boolean | null; // as a test found
  calls_tools: boolean | null;
  input_price: string;
  cached_input_price: string;
  output_price: string;
}

export const emptyFields: EndpointFields = {
  url: "",
  name: "",
  label: "",
  key: "",
  thinking: true,
  effort: "",
  max_tokens: "",
  context_tokens: "",
  sees_pictures: null,
  calls_tools: null,
  input_price: "",
  cached_input_price: "",
  output_price: "",
};

export function fieldsOf(endpoint: Endpoint): EndpointFields {
  const { url, name, label, thinking, effort, sees_pictures, calls_tools } = endpoint;
  return {
    ...{ url, name, label, thinking, effort, sees_pictures, calls_tools },
    key: endpoint.key === "none" ? "" : null,
    max_tokens: shown(endpoint.max_tokens),
    context_tokens: shown(endpoint.context_tokens),
    input_price: shown(endpoint.input_price),
    cached_input_price: shown(endpoint.cached_input_price),
    output_price: shown(endpoint.output_price),
  };
}

export function bodyOf(fields: EndpointFields): NewEndpoint {
  return {
    ...fields,
    max_tokens: number(fields.max_tokens),
    context_tokens: number(fields.context_tokens),
    input_price: number(fields.input_price),
    cached_input_price: number(fields.cached_input_price),
    output_price: number(fields.output_price),
  };
}

/** What changes; another server or model is not the one that was tested. */
export function changed(fields: EndpointFields, changes: Partial<EndpointFields>): EndpointFields {
  const another = "url" in changes || "name" in changes;
  return { ...fields, ...(another && { sees_pictures: null, calls_tools: null }), ...changes };
}

/** A test teaches what the model can do, and its name where there was but one on offer. */
export function tested(fields: EndpointFields, report: ConnectionReport): EndpointFields {
  const { sees_pictures, calls_tools } = report;
  return { ...fields, name: fields.name || report.model, sees_pictures, calls_tools };
}

const shown = (value: number | null) => (value === null ? "" : String(value));
const number = (text: string) => (text.trim() === "" ? null : Number(text));
