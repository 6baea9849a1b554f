import type { Recording } from "../../protocol/api";
import { statePictureUrl } from "../../protocol/client";
import type { Storyboard } from "../../protocol/events";
import { placeAt, placesOf, stateOf } from "../../state/storyboard";
import { IconButton } from "../../ui/Button";
import * as format from "../../ui/format";
import type { Playback } from "./usePlayback";

interface PlayerProps {
  recording: Recording;
  board: Storyboard;
  playback: Playback;
}

const FRAME = 1 / 30; // seconds that an arrow key moves by

/** The recording, with a slider along it. What the browser cannot play is told by its states. */
export function Player({ recording, board, playback }: PlayerProps) {
  const { video, time, length, playing, playable } = playback;
  const isVideo = recording.plays_as === "video";
  return (
    <figure className="player">
      {isVideo && playable ? (
        <video
          ref={video}
          src={recording.content_url}
          muted
          playsInline
          preload="auto"
          aria-label={`Recording ${recording.name}`}
          onTimeUpdate={(event) => playback.onTime(event.currentTarget.currentTime)}
          onPlay={() => playback.onPlaying(true)}
          onPause={() => playback.onPlaying(false)}
          onError={playback.onUnplayable}
        />
      ) : (
        <StateShown recordingId={recording.id} board={board} time={time} />
      )}
      <figcaption>
        <IconButton
          icon={playing ? "pause" : "play"}
          label={playing ? "Pause" : "Play"}
          disabled={!isVideo || !playable}
          onClick={playback.toggle}
        />
        <input
          type="range"
          aria-label="Time in the recording"
          aria-valuetext={`${format.clock(time)} of ${format.clock(length)}`}
          min={0}
          max={length}
          step={FRAME}
          value={time}
          onChange={(event) => playback.seek(Number(event.target.value))}
        />
        <span className="clock">
          {format.clock(time)} / {format.clock(length)}
        </span>
      </figcaption>
      {(!isVideo || !playable) && (
        <p className="quiet-text">This browser does not play it; its states stand in for it.</p>
      )}
    </figure>
  );
}

interface StateShownProps {
  recordingId: string;
  board: Storyboard;
  time: number;
}

function StateShown({ recordingId, board, time }: StateShownProps) {
  const place = placeAt(placesOf(board), time);
  const state = place?.kind === "action" ? stateOf(board, place.action.from_state) : place?.state;
  return state ? (
    <img src={statePictureUrl(recordingId, state.picture)} alt={`Recorded: ${state.name}`} />
  ) : null;
}
