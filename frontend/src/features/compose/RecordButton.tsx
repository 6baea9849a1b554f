import { lazy, Suspense, useState } from "react";
import { Button } from "../../ui/Button";

const Recorder = lazy(() => import("../recording/Recorder"));

interface RecordButtonProps {
  seconds: number; // at most
  onRecorded: (file: File) => void;
}

/** Offers to record a tab or window, where the browser can. */
export function RecordButton({ seconds, onRecorded }: RecordButtonProps) {
  const [open, setOpen] = useState(false);
  if (!canRecord()) return null;
  return (
    <>
      {" "}
      <Button kind="plain" icon="select" onClick={() => setOpen(true)}>
        Record
      </Button>
      {open && (
        <Suspense fallback={null}>
          <Recorder
            seconds={seconds}
            onClose={() => setOpen(false)}
            onRecorded={(file) => {
              setOpen(false);
              onRecorded(file);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

const canRecord = () =>
  "MediaRecorder" in window &&
  "mediaDevices" in navigator &&
  "getDisplayMedia" in navigator.mediaDevices;
