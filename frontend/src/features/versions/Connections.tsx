import type { RunView } from "../../state/view";

/** What left the service for a run, and how that is known. */
export function Connections({ view }: { view: RunView }) {
  const asked = Object.entries(view.requests);
  return (
    <section className="connections" aria-label="Connections">
      <h3>Connections of this run</h3>
      {asked.length > 0 ? (
        <ul>
          {asked.map(([origin, count]) => (
            <li key={origin}>
              <code>{origin}</code> was asked {count === 1 ? "once" : `${count} times`}
            </li>
          ))}
        </ul>
      ) : (
        <p>{isUnnoted(view) ? NOT_NOTED : NONE}</p>
      )}
      <p className="quiet-text">
        {asked.length > 0 && "Nobody else was. "}
        The client of the model is the one part of a run that opens connections, and it notes each
        before it does; pages are rendered in a browser that reaches no network. The database, the
        queue and the storage that this service is set up with are not counted.
      </p>
    </section>
  );
}

const NONE = "None: nothing of this run left the service. Its model works on this machine.";
const NOT_NOTED = "This run was made by a version that did not note whom it asked.";

/** A server counted tokens, and nobody noted that one was asked. */
const isUnnoted = ({ output_tokens }: RunView): boolean => output_tokens > 0;
