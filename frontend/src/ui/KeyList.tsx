import { KEY_LIST } from "../state/keys";

/** Every key and what it does. */
export function KeyList() {
  return (
    <>
      <h3>Keyboard</h3>
      <dl className="key-list">
        {KEY_LIST.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
