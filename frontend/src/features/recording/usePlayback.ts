import { useRef, useState, type RefObject } from "react";

/** Where a recording is played, and by whom: the video, or without one a clock that stands. */
export interface Playback {
  video: RefObject<HTMLVideoElement | null>;
  time: number; // seconds
  length: number; // seconds
  playing: boolean;
  playable: boolean; // in this browser
  seek: (seconds: number) => void;
  toggle: () => void;
  onTime: (seconds: number) => void;
  onPlaying: (playing: boolean) => void;
  onUnplayable: () => void;
}

export function usePlayback(length: number): Playback {
  const video = useRef<HTMLVideoElement>(null);
  const [time, setTime] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [playable, setPlayable] = useState(true);
  return {
    video,
    time,
    length,
    playing,
    playable,
    seek: (seconds) => {
      const within = Math.min(Math.max(0, seconds), length);
      setTime(within);
      if (video.current && playable) video.current.currentTime = within;
    },
    toggle: () => {
      if (!video.current) return;
      if (playing) video.current.pause();
      else void video.current.play().catch(() => setPlaying(false));
    },
    onTime: setTime,
    onPlaying: setPlaying,
    onUnplayable: () => setPlayable(false),
  };
}
