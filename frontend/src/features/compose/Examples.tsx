import type { Example } from "../../protocol/api";

interface ExamplesProps {
  examples: readonly Example[];
  onPick: (example: Example) => void;
}

export function Examples({ examples, onPick }: ExamplesProps) {
  if (examples.length === 0) return null;
  return (
    <section className="shelf" aria-labelledby="examples-title">
      <h2 id="examples-title">Try an example</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button type="button" className="card" onClick={() => onPick(example)}>
              <img src={example.thumbnail_url} alt="" loading="lazy" />
              <span>{example.title}</span>
              <small>
                {Math.round(example.width / example.scale)} ×{" "}
                {Math.round(example.height / example.scale)}
                {example.scale !== 1 && ` @${example.scale}×`}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
