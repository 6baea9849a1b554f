import { navigate } from "../../router";

/** What a menu of models leads to where the one that is wanted is missing. */
export const ADD_MODEL = { label: "Add a model…", onChoose: () => navigate("/models/new") };
