import { api } from "../../protocol/client";
import { Link } from "../../router";
import { useLoaded } from "../../ui/hooks";

/** Recordings of which nothing was generated yet: a closed tab loses none. */
export function OpenRecordings() {
  const [recordings] = useLoaded("recordings", api.recordings);
  if (recordings.state !== "ready" || recordings.data.length === 0) return null;
  return (
    <section className="shelf" aria-labelledby="recordings-title">
      <h2 id="recordings-title">Recordings</h2>
      <ul className="open-recordings">
        {recordings.data.map(({ id, name, state }) => (
          <li key={id}>
            <Link href={`/recordings/${id}`}>{name}</Link> <small>{STATES[state]}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATES = {
  uploading: "not all has arrived",
  waiting: "waiting to be read",
  reading: "being read",
  ready: "ready to generate",
  refused: "could not be read",
} as const;
