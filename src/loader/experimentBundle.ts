import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildFailure, build, type Message } from "esbuild";
import { UserError } from "../system/userError.ts";
import { moduleIdentity } from "./moduleIdentity.ts";
import { packageImports } from "./packageImports.ts";
import { shownPath } from "./shownPath.ts";

/** An experiment file and the workspace files it imports, as one ES module that may lie in any folder. */
export interface ExperimentBundle {
  readonly code: string;
  /** Absolute paths of the workspace files inside, the experiment's own included. */
  readonly files: readonly string[];
}

/** Most mistakes that one message lists. */
const SHOWN_MISTAKES = 5;

/**
 * Bundles a TypeScript or JavaScript file. Workspace files are compiled in, honouring the nearest tsconfig.json; packages
 * stay where they are and are imported from the folder of the file that names them.
 * @param file absolute path
 * @param target path that the module will be written to; its inline source map is relative to it
 * @param sdk path of the SDK for workspaces that have no "optimas" installed
 * @throws UserError with file, line and column of every syntax error and import that leads nowhere
 */
export async function bundleExperiment(file: string, target: string, sdk: string): Promise<ExperimentBundle> {
  const folder = dirname(file);
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      outfile: target,
      write: false,
      metafile: true,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // An empty list leaves out esbuild's own "module" condition, which Node does not know.
      conditions: [],
      sourcemap: "inline",
      logLevel: "silent",
      define: moduleIdentity.defines,
      plugins: [packageImports(sdk), moduleIdentity.plugin],
      // CommonJS files of the workspace are compiled in as well, and require packages by absolute path.
      banner: {
        js:
          'import { createRequire as __optimasCreateRequire } from "node:module";' +
          `const require = __optimasCreateRequire(${JSON.stringify(pathToFileURL(file).href)});`,
      },
    });
    const [output] = outputFiles;
    if (output === undefined) throw new Error(`esbuild gave no output for ${file}`);
    return { code: output.text, files: Object.keys(metafile.inputs).map((input) => join(folder, input)) };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new UserError(mistakes(error.errors, folder, file));
  }
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** Errors of a build with file, line and column, from 1. */
export function mistakes(errors: readonly Message[], folder: string, file: string): string {
  const lines = errors.slice(0, SHOWN_MISTAKES).map(({ text, location }) =>
    location === null
      ? `${shownPath(file)}: ${text}`
      : // esbuild counts columns from 0, editors from 1.
        `${shownPath(join(folder, location.file))}:${location.line}:${location.column + 1}: ${text}`,
  );
  const rest = errors.length - lines.length;
  return [...lines, ...(rest > 0 ? [`... and ${rest} more.`] : [])].join("\n");
}
