import { useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../protocol/client";
import { selectUrl } from "../../state/selection";
import { PageFrame } from "../preview/PreviewFrame";
import { newWord, type Pointed } from "../select/picker";
import type { CodePlace } from "./place";

interface PreviewBesideProps {
  runId: string;
  revision: number;
  previewUrl: string;
  page: string; // the file
  width: number; // CSS pixels of the mockup
  files: Readonly<Record<string, string>> | undefined; // that are written and not saved
  cursor: { path: string; line: number } | null; // in the code
  onLine: (place: Omit<CodePlace, "at">) => void;
}

/** The page beside its code: what is typed is seen there, what is pressed there is found here. */
export function PreviewBeside(props: PreviewBesideProps) {
  const { runId, revision, previewUrl, page, width, files, cursor, onLine } = props;
  const [word] = useState(newWord);
  const [selected, setSelected] = useState<Pointed | null>(null);
  const [told, setTold] = useState("");
  const unsaved = useMemo(() => ({ page, files: files ?? {} }), [page, files]);
  const [chosen, setChosen] = useState<{ selector: string } | null>(null);
  const isOurs = useRef(false); // what is selected next: the cursor is there already
  const unsure = files !== undefined;
  const { path, line } = cursor ?? { path: null, line: 0 };
  useEffect(() => {
    if (path === null || unsure) return;
    let current = true;
    api.elementAt(runId, revision, page, path, line).then(
      ({ selector }) => {
        if (!current) return;
        isOurs.current = true;
        setChosen({ selector });
      },
      () => current && setSelected(null), // the line is about nothing that is seen
    );
    return () => {
      current = false;
    };
  }, [runId, revision, page, path, line, unsure]);
  const select = (element: Pointed | null) => {
    const again = isOurs.current || element?.selector === selected?.selector;
    isOurs.current = false;
    setSelected(element);
    setTold("");
    if (!element || again) return;
    if (files) {
      setTold("Its line is found once your changes are saved.");
      return;
    }
    api.element(runId, { revision, page, selector: element.selector }).then(
      (found) => onLine({ path: found.path, first: found.first_line, last: found.last_line }),
      () => setTold("No file holds this element."),
    );
  };
  return (
    <div className="preview-beside" role="region" aria-label="Preview beside the code">
      <PageFrame
        key={previewUrl + page}
        url={selectUrl(previewUrl, page, word)}
        number={revision}
        scripts
        width={width}
        height={null}
        fit
        picking={{
          word,
          selected,
          unsaved,
          chosen,
          onSelect: select,
          onLeave: () => setSelected(null),
        }}
      />
      {told && (
        <p className="frame-note" role="status">
          {told}
        </p>
      )}
    </div>
  );
}
