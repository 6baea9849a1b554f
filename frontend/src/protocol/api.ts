// The HTTP API, typed. Every failure is an ApiError with a cause and one next action.
import type { Envelope, RunView } from "./events";

export interface Limits {
  max_images: number;
  max_bytes: number;
  max_side: number;
  formats: string[];
}

export interface StackCard {
  id: string;
  label: string;
  note: string;
}

export interface ModelCard {
  id: string;
  label: string;
  device: string;
  reads_pictures: boolean;
  reads_words: boolean;
  uses_tools: boolean;
  context_tokens: number | null;
  note: string;
  state: "ready" | "starting" | "silent";
}

export interface Example {
  name: string;
  title: string;
  width: number;
  height: number;
  scale: number;
  thumbnail_url: string;
}

export interface Config {
  version: string;
  limits: Limits;
  stacks: StackCard[];
  models: ModelCard[];
  default_model: string;
  examples: Example[];
  preview_origin: string;
  messages: Record<string, Problem>;
}

/** What happened, and the one thing to do about it. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
}

/** An uploaded mockup. `scale` is the pixel ratio: guessed at upload, chosen in a project. */
export interface Asset {
  id: string;
  sha256: string;
  name: string;
  width: number;
  height: number;
  format: string;
  scale: number;
  notes: string[];
  content_url: string;
  thumbnail_url: string;
}

export type RunState = RunView["state"];

export interface RunSummary {
  id: string;
  project_id: string;
  state: RunState;
  created_at: string;
  model: string;
  stack: string;
  prompt: string;
  score: number | null;
  stop_reason: RunView["stop_reason"];
  best_revision: number | null;
  error_code: string | null;
}

export interface ProjectSummary {
  id: string;
  name: string;
  created_at: string;
  updated_at: string;
  thumbnail_url: string | null;
  run_id: string | null;
  state: RunState | null;
  score: number | null;
}

export interface Project {
  id: string;
  name: string;
  created_at: string;
  assets: Asset[];
  runs: RunSummary[];
}

export interface RevisionLinks {
  number: number;
  preview_url: string;
  zip_url: string;
}

export interface RunDetail {
  run: RunSummary;
  view: RunView;
  queue_position: number | null;
  revisions: RevisionLinks[];
}

export interface EventPage {
  events: Envelope[];
  last_seq: number;
}

export interface NewProject {
  assets: { id: string; scale: number }[];
  prompt: string;
  stack: string;
  model: string;
  name?: string;
}

export interface NewRun {
  prompt?: string;
  stack?: string;
  model?: string;
}

/** A refusal or failure: what happened (`message`) and what to do about it (`hint`). */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** No answer at all: nothing is wrong with the request, it can be sent again as it is. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

const unreachable = () =>
  new ApiError(
    "unreachable",
    "The Mockwright server does not answer.",
    "Check that it is running (make up). Nothing on this page is lost.",
    0,
  );

/** Reads the body of a failed answer; an answer that is not ours still gets plain words. */
export function apiError(status: number, body: string): ApiError {
  try {
    const { code, message, hint } = JSON.parse(body) as Record<string, unknown>;
    if (typeof code === "string" && typeof message === "string") {
      return new ApiError(code, message, typeof hint === "string" ? hint : "", status);
    }
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  if (status === 502 || status === 503 || status === 504) return unreachable();
  return new ApiError(
    "unexpected_answer",
    `The server answered ${status} where it should not have.`,
    "Try again; if it stays, the server's log names the cause.",
    status,
  );
}

async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(path, init).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw apiError(response.status, await response.text());
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** Uploads one file; `onProgress` gets the share sent, 0 to 1. */
export function uploadAsset(
  file: File,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<Asset> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest(); // fetch reports no upload progress
    const form = new FormData();
    form.append("file", file, file.name);
    call.open("POST", "/api/assets");
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    call.onerror = () => reject(unreachable());
    call.onabort = () => reject(new ApiError("cancelled", "Upload stopped.", "", 0));
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as Asset);
      else reject(apiError(call.status, call.responseText));
    };
    signal?.addEventListener("abort", () => call.abort());
    call.send(form);
  });
}

const id = encodeURIComponent;

export const api = {
  config: () => request<Config>("GET", "/api/config"),
  takeExample: (name: string) => request<Asset>("POST", `/api/examples/${id(name)}`),
  createProject: (project: NewProject) => request<Project>("POST", "/api/projects", project),
  projects: (search = "", limit = 60) =>
    request<ProjectSummary[]>(
      "GET",
      `/api/projects?${new URLSearchParams({ search, limit: String(limit) })}`,
    ),
  project: (projectId: string) => request<Project>("GET", `/api/projects/${id(projectId)}`),
  renameProject: (projectId: string, name: string) =>
    request<unknown>("PATCH", `/api/projects/${id(projectId)}`, { name }),
  deleteProject: (projectId: string) => request<void>("DELETE", `/api/projects/${id(projectId)}`),
  createRun: (projectId: string, run: NewRun) =>
    request<RunSummary>("POST", `/api/projects/${id(projectId)}/runs`, run),
  run: (runId: string) => request<RunDetail>("GET", `/api/runs/${id(runId)}`),
  events: (runId: string, after: number) =>
    request<EventPage>("GET", `/api/runs/${id(runId)}/events?after=${after}`),
  cancel: (runId: string) => request<RunSummary>("POST", `/api/runs/${id(runId)}/cancel`),
  continueRun: (runId: string) => request<RunSummary>("POST", `/api/runs/${id(runId)}/continue`),
  revision: (runId: string, number: number) =>
    request<RevisionLinks>("GET", `/api/runs/${id(runId)}/revisions/${number}`),
};

export const blobUrl = (runId: string, sha256: string) =>
  `/api/runs/${id(runId)}/blobs/${id(sha256)}`;
