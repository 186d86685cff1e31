import { RUN_OUTPUT_MIME, type RunOutput } from "./runOutput.ts";
import { runMarkdown } from "./runOutputMarkdown.ts";
import { runPicture } from "./runOutputPicture.ts";

/** A run's output in all its representations: for the renderer, and for readers that have none. */
export function runOutputBundle(output: RunOutput): Record<string, string | RunOutput> {
  const picture = runPicture(output);
  return {
    [RUN_OUTPUT_MIME]: output,
    "text/markdown": runMarkdown(output),
    ...(picture !== null && { "image/svg+xml": picture }),
  };
}
