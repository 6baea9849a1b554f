import { useDeferredValue, useEffect, useRef, useState, type MouseEvent } from "react";
import topics from "virtual:help-topics";
import { KeyList } from "../../ui/KeyList";
import { findIn } from "./find";

const KEYS = "keyboard";

interface Place {
  topic: string;
  section: number;
}

/** A list of topics and a search beside the one that is read. */
export default function HelpTopics({ first }: { first: string }) {
  const [place, setPlace] = useState<Place>({ topic: first, section: 0 });
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words);
  const page = useRef<HTMLDivElement>(null);
  const topic = topics.find(({ name }) => name === place.topic);
  const hits = findIn(topics, wanted);
  useEffect(() => {
    const section = page.current?.querySelector(`[data-section="${place.section}"]`);
    if (place.section > 0) section?.scrollIntoView({ block: "start" });
    else page.current?.scrollTo(0, 0);
  }, [place]);

  const open = (name: string, section = 0) => {
    setPlace({ topic: name, section });
    page.current?.focus();
  };
  const follow = (event: MouseEvent) => {
    const name = (event.target as HTMLElement).closest<HTMLElement>("a[data-topic]")?.dataset[
      "topic"
    ];
    if (!name) return;
    event.preventDefault();
    open(name);
  };
  const label = topic?.label ?? "Keyboard";

  return (
    <div className="help">
      <nav aria-label="Help topics">
        <input
          type="search"
          aria-label="Search the help"
          placeholder="Search the help"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        {wanted.trim() ? (
          <>
            <p role="status">
              {hits.length === 0
                ? "Nothing found: try fewer words."
                : `${hits.length} ${hits.length === 1 ? "place" : "places"}`}
            </p>
            <ul aria-label="Found in the help">
              {hits.map(({ topic, section, heading, excerpt }) => (
                <li key={`${topic.name} ${section}`}>
                  <button type="button" onClick={() => open(topic.name, section)}>
                    <b>{heading}</b> <small>{excerpt}</small>
                  </button>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <ul>
            {[...topics, { name: KEYS, label: "Keyboard" }].map(({ name, label }) => (
              <li key={name}>
                <button
                  type="button"
                  aria-current={name === place.topic ? "page" : undefined}
                  onClick={() => open(name)}
                >
                  {label}
                </button>
              </li>
            ))}
          </ul>
        )}
      </nav>
      <div
        className="help-page"
        ref={page}
        role="region"
        aria-label={label}
        tabIndex={0}
        onClick={follow}
      >
        {topic ? (
          topic.sections.map(({ html }, section) => (
            <section
              key={`${topic.name} ${section}`}
              data-section={section}
              // our own documents, put in as the front end was built
              dangerouslySetInnerHTML={{ __html: html }}
            />
          ))
        ) : (
          <KeyList />
        )}
      </div>
    </div>
  );
}
