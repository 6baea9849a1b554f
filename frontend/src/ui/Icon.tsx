const PATHS = {
  thought: "M8 2.5a4.5 4.5 0 0 0-2.5 8.2V12h5v-1.3A4.5 4.5 0 0 0 8 2.5ZM6.2 14h3.6",
  file: "M4 1.9h5l3 3v9.2H4zM9 1.9v3h3",
  edit: "m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2zM9.4 4.4l2.2 2.2",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
  image: "M2 3h12v10H2zM2 11l3.5-3.5 3 3L11 8l3 3M10.5 6h.01",
  compare: "M8 1.5v13M2.5 3.5H6v9H2.5zM10 3.5h3.5v9H10z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3 14 14",
  text: "M3 4V2.8h10V4M8 2.8v10.4M6 13.2h4",
  crop: "M4.5 1.5v10h10M1.5 4.5h10v10",
  check: "m3 8.5 3.2 3.2L13 4.8",
  agent:
    "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM2.8 14c.4-2.7 2.5-4.2 5.2-4.2s4.8 1.5 5.2 4.2",
  stop: "M4 4h8v8H4z",
  download: "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  open: "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4",
  left: "m10 3-5 5 5 5",
  right: "m6 3 5 5-5 5",
  down: "m4 6 4 4 4-4",
  up: "m4 10 4-4 4 4",
  select: "M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 12.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4Z",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  undo: "M6 3 2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13.5 6.5h-7a4 4 0 0 0 0 8H9",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  close: "m4 4 8 8M12 4l-8 8",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1",
  moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5Z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.2 6.4c0-1 .8-1.7 1.8-1.7s1.8.7 1.8 1.6c0 1.3-1.8 1.4-1.8 2.6M8 11.2h.01",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  warning: "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6h.01",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2v9.6L12.5 8z",
  menu: "M3 4.5h10M3 8h10M3 11.5h10",
  upload: "M8 10V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 13.5h11",
  trash: "M3 4.5h10M6 4.5v-2h4v2M4.2 4.5l.6 9h6.4l.6-9",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  share:
    "M4 9.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM11.8 5.4a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM11.8 14a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM5.6 7.2l4.7-2.6M5.6 8.8l4.7 2.6",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6",
} as const;

export type IconName = keyof typeof PATHS;

/** A 16 px line icon; decoration only, the control that holds it carries the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
