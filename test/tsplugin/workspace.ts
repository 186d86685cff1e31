import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { NotebookPlace } from "./openNotebook.ts";

const files = {
  "project/data.ts":
    "export const rows: readonly { question: string }[] = [];\nexport interface Row { question: string }\n",
  "project/node_modules/greeter/package.json": '{ "name": "greeter", "version": "1.0.0", "types": "index.d.ts" }',
  "project/node_modules/greeter/index.d.ts": "export declare function greet(name: string): string;\n",
  "project/notebooks/local.ts":
    "export const local = 1;\nexport function localize(text: string): string { return text }\n",
  "shipped/types/sdk/index.d.ts":
    'export { system } from "./inner.ts";\nexport interface System { readonly name: string }\n',
  "shipped/types/sdk/inner.d.ts":
    "export declare function system(declared: { name: string }): { readonly name: string };\nexport declare const systemInside: 1;\n",
  "shipped/types/kernel/cellGlobals.d.ts":
    "/** Shows a value. */\nexport declare function display(value: unknown): void;\nexport declare function md(text: TemplateStringsArray): object;\n",
};

/** A workspace with a package, and the declarations that the extension ships, in a folder of their own. */
export function makeWorkspace(): NotebookPlace & { remove(): void } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "optimas-cells-")));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    writeFileSync(join(base, name), text);
  }
  return {
    root: join(base, "project"),
    folder: join(base, "project/notebooks"),
    sdk: join(base, "shipped/types/sdk/index.d.ts"),
    globals: join(base, "shipped/types/kernel/cellGlobals.d.ts"),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
