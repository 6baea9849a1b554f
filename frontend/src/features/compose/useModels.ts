import { useEffect, useState } from "react";
import type { ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";

const AGAIN_MS = 3000;

/** The models on offer, looked at anew, and again while one of them is starting or waited for. */
export function useModels(first: readonly ModelOption[]): readonly ModelOption[] {
  const [asked, setAsked] = useState({ first, models: first, isNew: true });
  const models = asked.first === first ? asked.models : first;
  useEffect(() => {
    const isOpen = models.some((card) => card.state === "starting" || card.silent_since);
    if (!isOpen && !asked.isNew) return;
    const tell = (models: readonly ModelOption[]) => setAsked({ first, models, isNew: false });
    const ask = () =>
      api.config().then(
        (config) => tell(config.models),
        () => tell([...models]), // the server is away: ask again
      );
    const timer = setTimeout(() => void ask(), asked.isNew ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [first, models, asked.isNew]);
  return models;
}
