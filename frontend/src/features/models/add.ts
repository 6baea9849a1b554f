import { navigate } from "../../router";

/** The model that the environment names, as a run names it, and as its page is called. */
export const OWN_MODEL = "endpoint";
export const ENVIRONMENT = "environment";

/** What a menu of models leads to where the one that is wanted is missing. */
export const ADD_MODEL = { label: "Add a model…", onChoose: () => navigate("/models/new") };
