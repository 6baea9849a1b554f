import type { ReactNode } from "react";
import { ApiError } from "../protocol/client";

interface NoticeProps {
  title: string;
  hint?: string | undefined;
  tone?: "quiet" | "problem";
  action?: ReactNode;
  children?: ReactNode;
}

/** What is happening or went wrong, in words, with the one thing to do about it. */
export function Notice({ title, hint, tone = "quiet", action, children }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={tone === "problem" ? "alert" : "status"}>
      {children}
      <strong>{title}</strong>
      {hint && <p>{hint}</p>}
      {action}
    </div>
  );
}

/** The words of any failure; one that is not an ApiError still names itself. */
export function wordsOf(error: unknown): { title: string; hint: string } {
  if (error instanceof ApiError) return { title: error.message, hint: error.hint };
  return {
    title: "This page could not finish what it was doing.",
    hint: error instanceof Error ? error.message : "",
  };
}
