import { useRef, useState } from "react";
import type { Recording, RecordingLimits } from "../../protocol/api";
import { api, ApiError } from "../../protocol/client";
import { Link } from "../../router";
import { RECORDINGS_ACCEPTED } from "../../state/recordingFiles";
import { Button } from "../../ui/Button";
import { Refusal } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useAskBeforeUnload } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { sendFrom, type RunningUpload } from "./uploads";

interface ArrivingProps {
  recording: Recording;
  upload: RunningUpload | null; // that runs in this tab
  limits: RecordingLimits;
  onChanged: () => void;
}

/** A recording until its states are there: sent, waiting, read, or refused. */
export function Arriving({ recording, upload, limits, onChanged }: ArrivingProps) {
  const { name, state, progress } = recording;
  useAskBeforeUnload(upload !== null && upload.error === null);
  return (
    <section className="arriving" aria-label="Recording">
      <h1>{name}</h1>
      {state === "refused" ? (
        <Refused recording={recording} onChanged={onChanged} />
      ) : upload ? (
        <Uploading recording={recording} upload={upload} />
      ) : state === "uploading" ? (
        <Stopped recording={recording} limits={limits} onChanged={onChanged} />
      ) : (
        <Notice
          title={state === "waiting" ? "Waiting to be read" : "Finding its states and actions"}
          hint="This takes about as long as the recording. You can leave this page; it goes on."
        >
          <progress value={state === "waiting" ? 0 : progress} max={1} aria-label="Reading" />
        </Notice>
      )}
    </section>
  );
}

function Uploading({ recording, upload }: { recording: Recording; upload: RunningUpload }) {
  const { size, name } = recording;
  if (upload.error !== null) return <NotTaken error={upload.error} />;
  const sent = `${format.bytes(upload.received)} of ${format.bytes(size)}`;
  return (
    <Notice
      title={upload.waiting ? "The server does not answer" : "Uploading"}
      hint={upload.waiting ? `It goes on by itself from ${sent}.` : sent}
    >
      <progress value={upload.received / size} max={1} aria-label={`Uploading ${name}`} />
    </Notice>
  );
}

const NotTaken = ({ error }: { error: unknown }) => (
  <Notice
    tone="problem"
    {...wordsOf(error)}
    action={
      <Link className="button plain" href="/">
        Choose another
      </Link>
    }
  />
);

interface StoppedProps {
  recording: Recording;
  limits: RecordingLimits;
  onChanged: () => void;
}

/** Of a reloaded page the browser has forgotten the file. */
function Stopped({ recording, limits, onChanged }: StoppedProps) {
  const { name, size, received } = recording;
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<unknown>(null);
  const resume = (file: File | undefined) => {
    if (!file) return;
    if (file.size === size) void sendFrom(recording, file, limits.part_bytes).then(onChanged);
    else setError(anotherFile(name, size));
  };
  return (
    <>
      <Notice
        title={`The upload stopped at ${Math.floor((100 * received) / size)} %`}
        hint={`Choose “${name}” again: it goes on from there.`}
        action={
          <Button kind="primary" icon="upload" onClick={() => input.current?.click()}>
            Choose the file
          </Button>
        }
      >
        <progress value={received / size} max={1} aria-label={`Uploaded of ${name}`} />
      </Notice>
      <Refusal error={error} onDismiss={() => setError(null)} />
      <input
        ref={input}
        type="file"
        accept={`${RECORDINGS_ACCEPTED},image/gif,image/webp`}
        hidden
        aria-label="Recording file"
        onChange={(event) => resume(event.target.files?.[0])}
      />
    </>
  );
}

const anotherFile = (name: string, size: number) =>
  new ApiError(
    "another_file",
    `This is not the file whose upload stopped: that has ${size.toLocaleString("en")} bytes.`,
    `Choose “${name}” as it was, or begin anew on the start page.`,
    0,
  );

// of which another attempt may come to another end
const MAY_SUCCEED = /^(recording_reader_lost|internal|file_damaged|store_|disk_full)/;

function Refused({ recording, onChanged }: { recording: Recording; onChanged: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const { id, problem } = recording;
  const again = MAY_SUCCEED.test(problem?.code ?? "");
  return (
    <>
      <Notice
        tone="problem"
        title={problem?.message ?? "The recording was refused."}
        hint={problem?.hint}
        action={
          again ? (
            <Button
              kind="primary"
              icon="refresh"
              onClick={() => void api.readAgain(id).then(onChanged, setError)}
            >
              Read it again
            </Button>
          ) : (
            <Link className="button primary" href="/">
              Choose another
            </Link>
          )
        }
      />
      <Refusal error={error} onDismiss={() => setError(null)} />
    </>
  );
}
