import type ts from "typescript-services";

type Compiler = typeof ts;

/**
 * Options of a project that holds cells. What makes modules of them is needed in any case; the environment becomes that of
 * the kernel, Node.js without a browser, only where no other files would lose their own by it.
 */
export function optionsForCells(
  compiler: Compiler,
  options: ts.CompilerOptions,
  { onlyCells }: { readonly onlyCells: boolean },
): ts.CompilerOptions {
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
    ...(onlyCells ? { lib: ["lib.esnext.d.ts"], types: ["node"] } : {}),
  };
}
