import "../../styles/recording.css";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import * as format from "../../ui/format";
import { useAskBeforeUnload } from "../../ui/hooks";
import { Notice } from "../../ui/Notice";

const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const SLICE_MS = 1000;
const TICK_MS = 250;

interface RecorderProps {
  seconds: number; // at most
  onRecorded: (file: File) => void;
  onClose: () => void;
}

type Phase = "idle" | "recording" | "paused";

/** Records a tab or window that the person picks, with pause, until they stop it or time is up. */
export default function Recorder({ seconds, onRecorded, onClose }: RecorderProps) {
  const [phase, setPhase] = useState<Phase>("idle");
  const [elapsed, setElapsed] = useState(0);
  const [refused, setRefused] = useState(false);
  const recorder = useRef<MediaRecorder | null>(null);
  const preview = useRef<HTMLVideoElement>(null);
  useAskBeforeUnload(phase !== "idle");

  useEffect(() => {
    if (phase !== "recording") return;
    const timer = setInterval(() => setElapsed((before) => before + TICK_MS / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, [phase]);
  useEffect(() => {
    if (elapsed >= seconds) recorder.current?.stop();
  }, [elapsed, seconds]);
  useEffect(() => () => discard(recorder.current), []); // left: nobody wants what it has

  const start = async () => {
    setRefused(false);
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: 30 },
        audio: false,
      });
      const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
      const made = new MediaRecorder(stream, mimeType ? { mimeType } : {});
      const parts: Blob[] = [];
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onpause = () => setPhase("paused");
      made.onresume = () => setPhase("recording");
      made.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        onRecorded(fileOf(parts, made.mimeType));
      };
      // the browser's own bar ends it too
      stream.getVideoTracks()[0]?.addEventListener("ended", () => {
        if (made.state !== "inactive") made.stop();
      });
      recorder.current = made;
      made.start(SLICE_MS);
      setElapsed(0);
      setPhase("recording");
      if (preview.current) preview.current.srcObject = stream;
    } catch {
      setRefused(true);
    }
  };

  return (
    <Dialog title="Record a tab or window" onClose={onClose}>
      <div className="recorder">
        <video ref={preview} muted autoPlay playsInline hidden={phase === "idle"} />
        {phase === "idle" && (
          <p>
            The browser asks what to record. Do what the page shall be able to do, slowly, and wait
            a moment after each step. It ends by itself after {seconds / 60} minutes.
          </p>
        )}
        {refused && (
          <Notice
            tone="problem"
            title="The browser recorded nothing."
            hint="Start again, and pick a tab or window."
          />
        )}
        <div className="panel-actions">
          {phase === "idle" ? (
            <Button kind="primary" onClick={() => void start()}>
              Start
            </Button>
          ) : (
            <>
              <Button kind="primary" icon="stop" onClick={() => recorder.current?.stop()}>
                Stop
              </Button>
              {phase === "recording" ? (
                <Button icon="pause" onClick={() => recorder.current?.pause()}>
                  Pause
                </Button>
              ) : (
                <Button icon="play" onClick={() => recorder.current?.resume()}>
                  Go on
                </Button>
              )}
              <span role="timer" aria-label="Recorded">
                {format.clock(elapsed)} / {format.clock(seconds)}
              </span>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function fileOf(parts: readonly Blob[], mimeType: string): File {
  const type = mimeType.split(";")[0] ?? "";
  const at = new Date().toTimeString().slice(0, 8).replaceAll(":", ".");
  return new File([...parts], `Recording ${at}.${type === "video/mp4" ? "mp4" : "webm"}`, { type });
}

function discard(recorder: MediaRecorder | null): void {
  if (!recorder || recorder.state === "inactive") return;
  recorder.onstop = null;
  recorder.stream.getTracks().forEach((track) => track.stop());
  recorder.stop();
}
