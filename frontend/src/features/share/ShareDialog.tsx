import { useRef, useState } from "react";
import type { Share } from "../../protocol/api";
import { api } from "../../protocol/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Failure } from "../../ui/Failure";
import * as format from "../../ui/format";
import { useLoaded, useNow } from "../../ui/hooks";
import { Notice, wordsOf } from "../../ui/Notice";
import { SharedLink } from "./SharedLink";

interface ShareDialogProps {
  projectId: string;
  runId: string;
  revision: number;
  onClose: () => void;
}

/** Links to a page for people who see nothing else: made, copied, taken back. */
export function ShareDialog({ projectId, runId, revision, onClose }: ShareDialogProps) {
  const [shares, reload] = useLoaded(`shares ${projectId}`, () => api.shares(projectId));
  const [follows, setFollows] = useState(false);
  const [scripts, setScripts] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [told, setTold] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const now = useNow(60_000);

  const attempt = (work: Promise<string>) =>
    work.then(
      (words) => {
        setProblem(null);
        setTold(words);
        reload();
      },
      (error: unknown) => setProblem(error),
    );
  const create = async () => {
    const share = await api.share(runId, { revision: follows ? null : revision, scripts });
    setMade(share.id);
    return "The link is open.";
  };
  const stop = async ({ id }: Share) => {
    await api.stopSharing(id);
    heading.current?.focus();
    return "The link is closed: who opens it reads that the page is no longer shared.";
  };

  return (
    <Dialog title="Share a link" onClose={onClose}>
      <div className="share">
        <p>Whoever has the link sees the page, and nothing else of this project.</p>
        {shares.state === "ready" && shares.data.only_here && <OnlyHere />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(create());
          }}
        >
          <fieldset>
            <legend>What it shows</legend>
            <label>
              <input
                type="radio"
                name="what"
                checked={!follows}
                onChange={() => setFollows(false)}
              />
              Revision {revision}, as it is
            </label>
            <label>
              <input type="radio" name="what" checked={follows} onChange={() => setFollows(true)} />
              The result, as it changes
            </label>
          </fieldset>
          <label>
            <input
              type="checkbox"
              checked={scripts}
              onChange={(event) => setScripts(event.target.checked)}
            />
            Let the page’s own scripts run
          </label>
          <button type="submit" className="button primary">
            Create link
          </button>
        </form>
        {problem !== null && <Notice tone="problem" {...wordsOf(problem)} />}
        <p className="unseen" role="status">
          {told}
        </p>
        {shares.state === "failed" && <Failure error={shares.error} onRetry={reload} />}
        {shares.state === "ready" && (
          <>
            <h3 tabIndex={-1} ref={heading}>
              {shares.data.links.length > 0 ? "Open links" : "No link is open."}
            </h3>
            <ul>
              {shares.data.links.map((share) => (
                <li key={share.id}>
                  <SharedLink name={nameOf(share, runId)} url={share.url} isNew={share.id === made}>
                    <small>
                      {format.ago(share.created_at, now)}
                      {share.scripts && " · with its scripts"}
                    </small>
                    <Button
                      aria-label={`Stop sharing ${nameOf(share, runId)}`}
                      onClick={() => void attempt(stop(share))}
                    >
                      Stop sharing
                    </Button>
                  </SharedLink>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** A service on a laptop is honest about who can open its links. */
function OnlyHere() {
  return (
    <p className="share-note">
      <strong>For now it works on this machine only</strong>, as generated pages are served at an
      address that no other machine reaches. To share with others, give them an address of their
      own: <code>MOCKWRIGHT_PREVIEW_ORIGIN</code>.
    </p>
  );
}

const nameOf = ({ revision, run_id }: Share, here: string): string =>
  (revision === null ? "The result" : `Revision ${revision}`) +
  (run_id === here ? "" : " of another try");
