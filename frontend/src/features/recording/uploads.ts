// Uploads of recordings, which go on from page to page. One that lost its connection goes on by
// itself; after a reload the person has to choose the file again, and it goes on from where it was.
import { useSyncExternalStore } from "react";
import type { Recording } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";

const AGAIN_MS = [500, 1000, 2000, 4000];

export interface RunningUpload {
  received: number; // bytes
  waiting: boolean; // for the server to answer again
  error: unknown; // why it has ended; null while it has not
}

const uploads = new Map<string, RunningUpload>();
const listeners = new Set<() => void>();

function tell(id: string, upload: RunningUpload | null): void {
  if (upload) uploads.set(id, upload);
  else uploads.delete(id);
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The upload of a recording that runs in this tab; null where none does. */
export const useUpload = (id: string): RunningUpload | null =>
  useSyncExternalStore(subscribe, () => uploads.get(id) ?? null);

/** Announces a file and begins to send it. */
export async function startUpload(file: File, partBytes: number): Promise<Recording> {
  const recording = await api.createRecording({ name: file.name, size: file.size });
  void sendFrom(recording, file, partBytes);
  return recording;
}

/** Sends what is missing of a recording, of which `file` is the whole. */
export async function sendFrom(
  { id, received }: Recording,
  file: File,
  partBytes: number,
): Promise<void> {
  let offset = received;
  let failures = 0;
  tell(id, { received: offset, waiting: false, error: null });
  while (offset < file.size) {
    try {
      const answer = await api.sendPart(id, offset, file.slice(offset, offset + partBytes));
      offset = answer.received;
      failures = 0;
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      if (known?.code === "part_misplaced") {
        const now = await api.recording(id).catch(() => null);
        if (now && now.state !== "uploading") break;
        if (now) offset = now.received;
      } else if (!known?.unreachable && (known?.status ?? 0) < 500) {
        tell(id, { received: offset, waiting: false, error });
        return;
      }
      tell(id, { received: offset, waiting: true, error: null });
      await pause(AGAIN_MS[failures] ?? 5000);
      failures += 1;
      continue;
    }
    tell(id, { received: offset, waiting: false, error: null });
  }
  tell(id, null);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
