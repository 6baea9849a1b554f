import { useEffect, useState } from "react";
import type { ModelOption } from "../../protocol/api";
import { api } from "../../protocol/client";

const AGAIN_MS = 3000;

/** The models on offer; looked at again while one of them is starting. */
export function useModels(first: readonly ModelOption[]): readonly ModelOption[] {
  const [asked, setAsked] = useState({ first, models: first });
  const models = asked.first === first ? asked.models : first;
  useEffect(() => {
    if (!models.some((card) => card.state === "starting")) return;
    const ask = () =>
      api.config().then(
        (config) => setAsked({ first, models: config.models }),
        () => setAsked({ first, models: [...models] }), // the server is away: ask again
      );
    const timer = setTimeout(() => void ask(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [first, models]);
  return models;
}
