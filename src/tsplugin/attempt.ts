import type ts from "typescript-services";
import { PLUGIN_NAME } from "./pluginName.ts";

type Compiler = typeof ts;

/** Runs an improvement of the server's answer; where it fails, the server's own answer stands and the log says why. */
export type Attempt = <Answer>(what: string, improved: () => Answer, otherwise: () => Answer) => Answer;

export function attemptIn(compiler: Compiler, project: ts.server.Project): Attempt {
  return (what, improved, otherwise) => {
    try {
      return improved();
    } catch (failure) {
      // A request that the editor took back is no failure.
      if (failure instanceof compiler.OperationCanceledException) throw failure;
      const reason = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      project.projectService.logger.info(`${PLUGIN_NAME}: ${what} failed: ${reason}`);
      return otherwise();
    }
  };
}
