import { useEffect, useRef, type KeyboardEvent } from "react";
import { statePictureUrl } from "../../protocol/client";
import { actionWords, type Place } from "../../state/storyboard";
import * as format from "../../ui/format";
import { Icon } from "../../ui/Icon";

interface StripProps {
  recordingId: string;
  places: readonly Place[];
  selected: string;
  playing: string; // the place that the player shows
  onSelect: (key: string) => void;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** States and labelled arrows in order of time: one stop for Tab, the arrow keys move and select. */
export function Strip({ recordingId, places, selected, playing, onSelect }: StripProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const shown = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
    shown?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selected]);
  const onKeyDown = (event: KeyboardEvent) => {
    const here = places.findIndex(({ key }) => key === selected);
    const next = here + (STEPS[event.key] ?? 0);
    const place = places[next];
    if (!place || next === here) return;
    event.preventDefault();
    onSelect(place.key);
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <ol className="strip" aria-label="States and actions" ref={list} onKeyDown={onKeyDown}>
      {places.map((place) => (
        <li key={place.key} className={place.key === playing ? "now" : ""}>
          <button
            type="button"
            className={place.kind}
            aria-current={place.key === selected ? "step" : undefined}
            tabIndex={place.key === selected ? 0 : -1}
            onClick={() => onSelect(place.key)}
          >
            {place.kind === "state" ? (
              <>
                <img
                  src={statePictureUrl(recordingId, place.state.picture)}
                  alt=""
                  loading="lazy"
                />
                <span>{place.state.name}</span>
                <small>{format.clock(place.at)}</small>
              </>
            ) : (
              <>
                <Icon name="right" />
                <span>{actionWords(place.action)}</span>
                {place.action.confidence < UNSURE && <small>not sure</small>}
              </>
            )}
          </button>
        </li>
      ))}
    </ol>
  );
}

const UNSURE = 0.5; // of confidence, below which a person should look
