import type ts from "typescript-services";

type Compiler = typeof ts;

/**
 * Options of a project that holds cells. What makes modules of them, and the names of Node.js, are needed in any case; the
 * names of the browser go only where no other files would lose their own by it.
 * @param given.folder of the project, where packages of types are looked for
 */
export function optionsForCells(
  compiler: Compiler,
  options: ts.CompilerOptions,
  { onlyCells, folder }: { readonly onlyCells: boolean; readonly folder: string },
): ts.CompilerOptions {
  const found = () =>
    compiler.getAutomaticTypeDirectiveNames(options, { ...compiler.sys, getCurrentDirectory: () => folder });
  const { ModuleKind, ModuleResolutionKind, ScriptTarget } = compiler;
  return {
    ...options,
    target: ScriptTarget.ESNext,
    module: ModuleKind.ESNext,
    moduleResolution: ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    allowJs: true,
    resolveJsonModule: true,
    allowSyntheticDefaultImports: true,
    esModuleInterop: true,
    skipLibCheck: true,
    // Tails import and export types without saying so.
    isolatedModules: false,
    verbatimModuleSyntax: false,
    types: onlyCells ? ["node"] : [...new Set([...(options.types ?? found()), "node"])],
    ...(onlyCells ? { lib: ["lib.esnext.d.ts"] } : {}),
  };
}
