import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PLUGIN_NAME } from "../../src/tsplugin/pluginName.ts";

const plugin = join("node_modules", PLUGIN_NAME);
const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Files from their path to their text. */
export type Files = Readonly<Record<string, string>>;

const shipped: Files = {
  "package.json": '{ "name": "optimas", "type": "module" }',
  "dist/types/sdk/index.d.ts":
    'export { component, system } from "./inner.ts";\nexport type { Schema } from "zod";\nexport interface System { readonly name: string }\n',
  "dist/types/sdk/inner.d.ts":
    'import type { Schema } from "zod";\nexport declare function system(declared: { name: string }): { readonly name: string };\nexport declare function component(name: string): Schema;\nexport declare const systemInside: 1;\n',
  "dist/types/node_modules/zod/index.d.ts":
    'import { deep } from "./deep/index.js";\nexport interface Schema { readonly carried: typeof deep }\n',
  "dist/types/node_modules/zod/deep/index.d.ts": 'export declare const deep: "deep";\n',
};

/** A folder with these files; removed by `remove`. It lies as deep as the server wants a folder to be that it watches. */
export function makeFolder(files: Files = {}): { root: string; write(files: Files): void; remove(): void } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "optimas-files-")));
  const root = join(base, "home/person/project");
  mkdirSync(root, { recursive: true });
  const write = (added: Files): void => {
    for (const [name, text] of Object.entries(added)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  };
  write(files);
  return { root, write, remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** The extension as it is installed: the built plugin, and declarations of a small SDK of its own. */
export function makeExtension(): { root: string; remove(): void } {
  const folder = makeFolder(shipped);
  cpSync(join(repository, plugin), join(folder.root, plugin), { recursive: true });
  return folder;
}
