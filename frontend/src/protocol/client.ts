// Calls of the HTTP API, typed by api.ts. Every failure is an ApiError with a cause and one next action.
import type {
  ArenaSummary,
  ArenaTable,
  Asset,
  ChangedStoryboard,
  Config,
  ConnectionReport,
  ElementPlace,
  Endpoint,
  Inspection,
  EndpointTest,
  EventPage,
  Exports,
  NewArena,
  NewCommand,
  NewElementChange,
  NewEdit,
  NewEndpoint,
  NewMessage,
  NewProject,
  NewRecording,
  NewRun,
  NewSelection,
  NewShare,
  NewVariants,
  Project,
  ProjectName,
  ProjectSummary,
  Provenance,
  Recording,
  RecordingPicture,
  RecordingSummary,
  Reference,
  ResultChoice,
  RevisionLinks,
  Run,
  RunSummary,
  Share,
  ShareList,
  UploadedAsset,
} from "./api";
import type { Selection, Storyboard } from "./events";
import type { Folder } from "../state/folders";
import { addressOf } from "./path";

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

  /** There is nothing at this address: trying again is of no use. */
  get gone(): boolean {
    return this.status === 404;
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
  if (body instanceof Blob || body instanceof FormData) {
    init.body = body;
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(addressOf(path), init).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw apiError(response.status, await response.text());
  if (response.status === 204) return undefined as Answer;
  return (await response.json()) as Answer;
}

/** `onProgress` gets the share sent, 0 to 1. */
type Upload<What, Answer> = (
  what: What,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
) => Promise<Answer>;

/** Uploads a mockup, or a PDF of several. */
export const uploadAsset: Upload<File, UploadedAsset> = (file, ...rest) =>
  upload("/api/assets", formOf(file), ...rest);

/** Uploads rules, design tokens or a page to start from, which may be a folder. */
export const uploadReference: Upload<File | Folder, Reference> = (what, ...rest) =>
  what instanceof File
    ? upload("/api/references", formOf(what), ...rest)
    : upload("/api/references/folder", formOfFolder(what), ...rest);

function formOf(file: File): FormData {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}

function formOfFolder({ name, files }: Folder): FormData {
  const form = new FormData();
  form.append("name", name);
  for (const { path, file } of files) {
    form.append("paths", path); // of a file's name a server keeps the end alone
    form.append("files", file, file.name);
  }
  return form;
}

function upload<Answer>(
  path: string,
  form: FormData,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest(); // fetch reports no upload progress
    call.open("POST", addressOf(path));
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    call.onerror = () => reject(unreachable());
    call.onabort = () => reject(new ApiError("cancelled", "Upload stopped.", "", 0));
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as Answer);
      else reject(apiError(call.status, call.responseText));
    };
    signal?.addEventListener("abort", () => call.abort());
    call.send(form);
  });
}

const id = encodeURIComponent;

export const api = {
  config: () => request<Config>("GET", "/api/config"),
  endpoints: () => request<Endpoint[]>("GET", "/api/endpoints"),
  addEndpoint: (endpoint: NewEndpoint) => request<Endpoint>("POST", "/api/endpoints", endpoint),
  changeEndpoint: (endpointId: string, endpoint: NewEndpoint) =>
    request<Endpoint>("PUT", `/api/endpoints/${id(endpointId)}`, endpoint),
  removeEndpoint: (endpointId: string) =>
    request<void>("DELETE", `/api/endpoints/${id(endpointId)}`),
  testEndpoint: (endpoint: EndpointTest) =>
    request<ConnectionReport>("POST", "/api/endpoints/test", endpoint),
  testOwnEndpoint: () => request<ConnectionReport>("POST", "/api/endpoints/environment/test"),
  recordings: () => request<RecordingSummary[]>("GET", "/api/recordings"),
  recording: (recordingId: string) =>
    request<Recording>("GET", `/api/recordings/${id(recordingId)}`),
  createRecording: (recording: NewRecording) =>
    request<Recording>("POST", "/api/recordings", recording),
  sendPart: (recordingId: string, offset: number, part: Blob) =>
    request<Recording>("PUT", `/api/recordings/${id(recordingId)}/content?offset=${offset}`, part),
  readAgain: (recordingId: string) =>
    request<Recording>("POST", `/api/recordings/${id(recordingId)}/read`),
  changeStoryboard: (recordingId: string, version: number, storyboard: Storyboard) =>
    request<Recording>("PUT", `/api/recordings/${id(recordingId)}/storyboard`, {
      version,
      storyboard,
    } satisfies ChangedStoryboard),
  addRecordingPicture: (recordingId: string, png: Blob) =>
    request<RecordingPicture>(
      "POST",
      `/api/recordings/${id(recordingId)}/pictures`,
      formOf(new File([png], "frame.png", { type: "image/png" })),
    ),
  deleteRecording: (recordingId: string) =>
    request<void>("DELETE", `/api/recordings/${id(recordingId)}`),
  takeExample: (name: string) => request<Asset>("POST", `/api/examples/${id(name)}`),
  createProject: (project: NewProject) => request<Project>("POST", "/api/projects", project),
  projects: (search = "", limit = 60, archived = false) =>
    request<ProjectSummary[]>(
      "GET",
      `/api/projects?${new URLSearchParams({ search, limit: String(limit), archived: String(archived) })}`,
    ),
  duplicateProject: (projectId: string) =>
    request<Project>("POST", `/api/projects/${id(projectId)}/duplicate`),
  archiveProject: (projectId: string) =>
    request<Project>("POST", `/api/projects/${id(projectId)}/archive`),
  unarchiveProject: (projectId: string) =>
    request<Project>("POST", `/api/projects/${id(projectId)}/unarchive`),
  project: (projectId: string) => request<Project>("GET", `/api/projects/${id(projectId)}`),
  renameProject: (projectId: string, name: string) =>
    request<Project>("PATCH", `/api/projects/${id(projectId)}`, { name } satisfies ProjectName),
  deleteProject: (projectId: string) => request<void>("DELETE", `/api/projects/${id(projectId)}`),
  restoreProject: (projectId: string) =>
    request<Project>("POST", `/api/projects/${id(projectId)}/restore`),
  createRun: (projectId: string, run: NewRun) =>
    request<RunSummary>("POST", `/api/projects/${id(projectId)}/runs`, run),
  createVariants: (projectId: string, variants: NewVariants) =>
    request<Project>("POST", `/api/projects/${id(projectId)}/variants`, variants),
  stopAll: (projectId: string) => request<Project>("POST", `/api/projects/${id(projectId)}/cancel`),
  chooseRun: (runId: string) => request<RunSummary>("POST", `/api/runs/${id(runId)}/choose`),
  arenas: () => request<ArenaSummary[]>("GET", "/api/arenas"),
  arena: (arenaId: string, number: number | null) =>
    request<ArenaTable>(
      "GET",
      `/api/arenas/${id(arenaId)}${number === null ? "" : `?number=${number}`}`,
    ),
  createArena: (arena: NewArena) => request<ArenaTable>("POST", "/api/arenas", arena),
  newRound: (arenaId: string) => request<ArenaTable>("POST", `/api/arenas/${id(arenaId)}/rounds`),
  stopArena: (arenaId: string) => request<ArenaTable>("POST", `/api/arenas/${id(arenaId)}/cancel`),
  deleteArena: (arenaId: string) => request<void>("DELETE", `/api/arenas/${id(arenaId)}`),
  restoreArena: (arenaId: string) =>
    request<ArenaTable>("POST", `/api/arenas/${id(arenaId)}/restore`),
  run: (runId: string) => request<Run>("GET", `/api/runs/${id(runId)}`),
  events: (runId: string, after: number) =>
    request<EventPage>("GET", `/api/runs/${id(runId)}/events?after=${after}`),
  cancel: (runId: string) => request<RunSummary>("POST", `/api/runs/${id(runId)}/cancel`),
  pause: (runId: string) => request<Run>("POST", `/api/runs/${id(runId)}/pause`),
  continueRun: (runId: string) => request<RunSummary>("POST", `/api/runs/${id(runId)}/continue`),
  sendMessage: (runId: string, message: NewMessage) =>
    request<Run>("POST", `/api/runs/${id(runId)}/messages`, message),
  editRevision: (runId: string, revision: number, edit: NewEdit) =>
    request<Run>("POST", `/api/runs/${id(runId)}/revisions/${revision}/edits`, edit),
  commandRevision: (runId: string, revision: number, command: NewCommand) =>
    request<Run>("POST", `/api/runs/${id(runId)}/revisions/${revision}/commands`, command),
  changeElement: (runId: string, revision: number, change: NewElementChange) =>
    request<Run>("PATCH", `/api/runs/${id(runId)}/revisions/${revision}/element`, change),
  inspection: (runId: string, { revision, page, selector }: NewSelection) =>
    request<Inspection>(
      "GET",
      `/api/runs/${id(runId)}/revisions/${revision}/inspection?${new URLSearchParams({ page, selector })}`,
    ),
  elementAt: (runId: string, revision: number, page: string, path: string, line: number) =>
    request<ElementPlace>(
      "GET",
      `/api/runs/${id(runId)}/revisions/${revision}/element-at?${new URLSearchParams({ page, path, line: String(line) })}`,
    ),
  restoreRevision: (runId: string, revision: number) =>
    request<Run>("POST", `/api/runs/${id(runId)}/revisions/${revision}/restore`),
  chooseResult: (runId: string, revision: number, choice: ResultChoice) =>
    request<Run>("POST", `/api/runs/${id(runId)}/revisions/${revision}/choose`, choice),
  branchRevision: (runId: string, revision: number) =>
    request<RunSummary>("POST", `/api/runs/${id(runId)}/revisions/${revision}/branch`),
  provenance: (runId: string, revision: number) =>
    request<Provenance>("GET", `/api/runs/${id(runId)}/revisions/${revision}/provenance`),
  element: (runId: string, { revision, page, selector }: NewSelection) =>
    request<Selection>(
      "GET",
      `/api/runs/${id(runId)}/revisions/${revision}/element?${new URLSearchParams({ page, selector })}`,
    ),
  shares: (projectId: string) => request<ShareList>("GET", `/api/projects/${id(projectId)}/shares`),
  share: (runId: string, share: NewShare) =>
    request<Share>("POST", `/api/runs/${id(runId)}/shares`, share),
  stopSharing: (shareId: string) => request<void>("DELETE", `/api/shares/${id(shareId)}`),
  exports: (runId: string, revision: number) =>
    request<Exports>("GET", `/api/runs/${id(runId)}/revisions/${revision}/exports`),
  revision: (runId: string, number: number) =>
    request<RevisionLinks>("GET", `/api/runs/${id(runId)}/revisions/${number}`),
};

const revisionUrl = (runId: string, revision: number) =>
  addressOf(`/api/runs/${id(runId)}/revisions/${revision}`);

export const zipUrl = (runId: string, revision: number) => `${revisionUrl(runId, revision)}/zip`;

export const singleFileUrl = (runId: string, revision: number) =>
  `${revisionUrl(runId, revision)}/single`;

export const repositoryUrl = (projectId: string) =>
  addressOf(`/api/projects/${id(projectId)}/repository`);

export const runFileUrl = (runId: string) => addressOf(`/api/runs/${id(runId)}/file`);

export const blobUrl = (runId: string, sha256: string) =>
  addressOf(`/api/runs/${id(runId)}/blobs/${id(sha256)}`);

export const statePictureUrl = (recordingId: string, sha256: string) =>
  addressOf(`/api/recordings/${id(recordingId)}/pictures/${id(sha256)}`);
