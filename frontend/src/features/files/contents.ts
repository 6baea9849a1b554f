// The bytes of generated files by hash; a hash never changes its content, so each is read once.
import { useEffect, useState } from "react";
import { apiError, blobUrl } from "../../protocol/client";
import type { FileRef } from "../../protocol/events";

const TEXT = /\.(html?|css|m?js|[jt]sx|ts|vue|json|svg|txt|md)$/i;
const PICTURE = /\.(png|jpe?g|webp|gif|svg)$/i;
const KEPT = 60;

export const isText = (path: string) => TEXT.test(path);
export const isPicture = (path: string) => PICTURE.test(path) && !isText(path);

const cache = new Map<string, Promise<string>>();

async function fetchText(runId: string, sha256: string): Promise<string> {
  const response = await fetch(blobUrl(runId, sha256));
  const body = await response.text();
  if (!response.ok) throw apiError(response.status, body);
  return body;
}

export function readText(runId: string, sha256: string): Promise<string> {
  const known = cache.get(sha256);
  if (known) return known;
  const reading = fetchText(runId, sha256);
  reading.catch(() => cache.delete(sha256));
  cache.set(sha256, reading);
  const oldest = cache.keys().next().value;
  if (cache.size > KEPT && oldest) cache.delete(oldest);
  return reading;
}

export interface FileText {
  path: string | null;
  text: string | null; // null while it is being read
  error: unknown;
}

const NOTHING_READ: FileText = { path: null, text: null, error: null };

/** The text of a file; the last one stays until the new one is read. */
export function useFileText(runId: string, file: FileRef | null): FileText {
  const [read, setRead] = useState(NOTHING_READ);
  const { path, sha256 } = file && isText(file.path) ? file : { path: null, sha256: null };
  useEffect(() => {
    if (sha256 === null) return;
    let current = true;
    readText(runId, sha256).then(
      (text) => current && setRead({ path, text, error: null }),
      (error: unknown) => current && setRead({ path, text: null, error }),
    );
    return () => {
      current = false;
    };
  }, [runId, path, sha256]);
  return read.path === path ? read : NOTHING_READ;
}
