import { useEffect, useState } from "react";
import type { ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";

const AGAIN_MS = 3000;

/** The models on offer; looked at again while one of them is starting. */
export function useModels(first: readonly ModelOption[]): readonly ModelOption[] {
  const [models, setModels] = useState(first);
  useEffect(() => {
    if (!models.some((card) => card.state === "starting")) return;
    const ask = () =>
      api.config().then(
        (config) => setModels(config.models),
        () => setModels((before) => [...before]), // the server is away: ask again
      );
    const timer = setTimeout(() => void ask(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [models]);
  return models;
}
