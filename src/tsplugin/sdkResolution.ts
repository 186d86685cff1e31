import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";
import type { ShippedSdk } from "./shippedSdk.ts";

const SDK = "optimas";

/**
 * Leads `"optimas"` to the shipped declarations wherever the project itself finds nothing. The server goes on watching for
 * an installation, asks again when one comes, and then takes that.
 * @returns false, and nothing is changed, for a server older than TypeScript 5.0, which resolves modules in another way
 */
export function serveSdk(
  compiler: typeof ts,
  project: ts.server.Project,
  host: ts.LanguageServiceHost,
  sdk: ShippedSdk,
  attempt: Attempt,
): boolean {
  const resolveModules = host.resolveModuleNameLiterals?.bind(host);
  if (resolveModules === undefined) return false;
  const resolveInside = insideDeclarations(compiler, project);

  host.resolveModuleNameLiterals = (literals, containingFile, ...rest) => {
    if (sdk.isUsed && sdk.has(containingFile)) {
      return attempt(
        "resolving what the SDK imports",
        () => literals.map(({ text }) => resolveInside(text, containingFile)),
        () => resolveModules(literals, containingFile, ...rest),
      );
    }
    const found = resolveModules(literals, containingFile, ...rest);
    if (!literals.some(({ text }) => text === SDK)) return found;
    return attempt(
      "resolving the SDK",
      () =>
        found.map((answer, index) => {
          const isAsked = literals[index]?.text === SDK && answer.resolvedModule === undefined;
          return isAsked && !isInstalled(answer) ? (sdk.resolve() ?? answer) : answer;
        }),
      () => found,
    );
  };
  return true;
}

/**
 * Whether a package is there that the server only cannot take declarations from. It tells which manifests it read in a
 * field that its public types lack.
 */
function isInstalled(answer: ts.ResolvedModuleWithFailedLookupLocations): boolean {
  const read: unknown = Reflect.get(answer, "affectingLocations");
  return Array.isArray(read) && read.some((path) => String(path).endsWith(`/node_modules/${SDK}/package.json`));
}

/** The declarations import each other and the packages carried with them in one way, whatever the project's options say. */
function insideDeclarations(
  compiler: typeof ts,
  project: ts.server.Project,
): (specifier: string, containingFile: string) => ts.ResolvedModuleWithFailedLookupLocations {
  const options: ts.CompilerOptions = {
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
  };
  const cache = compiler.createModuleResolutionCache(
    project.getCurrentDirectory(),
    (name) => (compiler.sys.useCaseSensitiveFileNames ? name : name.toLowerCase()),
    options,
  );
  return (specifier, containingFile) => compiler.resolveModuleName(specifier, containingFile, options, project, cache);
}
