/** Type of experiment notebooks, as the manifest declares it. */
export const NOTEBOOK_TYPE = "optimas-notebook";
/** Notebooks of Python's makers that the kernel offers itself for. */
export const JUPYTER_TYPE = "jupyter-notebook";

export const EXTENSION_ID = "optimas.optimas";
/** Ids that the editor remembers a user's choice of kernel by: never change them. */
export const CONTROLLER_IDS = { [NOTEBOOK_TYPE]: "optimas", [JUPYTER_TYPE]: "optimas-jupyter" } as const;

/** The renderer of runs, as the manifest declares it. */
export const RENDERER_ID = "optimas-run";

/** Languages that cells can be written in. */
export const CELL_LANGUAGES = ["typescript", "javascript"] as const;

export function isCellLanguage(language: string): boolean {
  return CELL_LANGUAGES.some((known) => known === language);
}

/** Panels in which values are tried; the manifest's activation events name it. */
export const TWEAK_VIEW = "optimas.tweak";

/** Panels that show runs; the manifest's activation events name it. */
export const RUN_VIEW = "optimas.run";

/** MIME type of a run's output; the same as in the room of runs, which this file does not load. */
export const RUN_MIME = "application/vnd.optimas.run+json";

/** Scheme of read-only documents that show a source with other values in place. */
export const APPLIED_SCHEME = "optimas-applied";
