import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { OpenFile } from "./openFile.ts";
import { makeFolder } from "./project.ts";
import { TypeScriptServer } from "./typescriptServer.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const example = join(repository, "examples/hotpotqa");
const text = readFileSync(join(example, "system.ts"), "utf8");

const server = new TypeScriptServer();
// The sources that the shipped declarations are made from.
server.configurePlugin({
  sdk: join(repository, "src/sdk/index.ts"),
  globals: join(repository, "src/kernel/cellGlobals.d.ts"),
  notebooks: [],
});
const folders: { remove(): void }[] = [];
afterAll(() => {
  server.close();
  for (const folder of folders) folder.remove();
});

describe("nothing is underlined in the example's system, copied into a folder", () => {
  const sound = (title: string, files: Record<string, object>, name = "system.ts", written = text) =>
    test(title, async () => {
      const folder = makeFolder(
        Object.fromEntries(Object.entries(files).map(([path, content]) => [path, JSON.stringify(content)])),
      );
      folders.push(folder);
      cpSync(example, folder.root, { recursive: true });
      const file = new OpenFile(server, folder.root, name, written);
      expect(await file.errors()).toEqual([]);
      const wrong = written.replace('outputs: ["answer"],\n});', 'outputs: ["misspelt"],\n});');
      expect(wrong).not.toBe(written);
      file.edit(wrong);
      expect((await file.errors()).join()).toContain("misspelt");
      file.close();
    });
  const project = (compilerOptions: object): Record<string, object> => ({
    "package.json": { type: "module" },
    "tsconfig.json": {
      compilerOptions: { target: "es2023", noEmit: true, allowImportingTsExtensions: true, ...compilerOptions },
    },
  });

  sound("without a configuration", {});
  sound("for a bundler", project({ strict: true, module: "esnext", moduleResolution: "bundler" }));
  sound("with nodenext", project({ strict: true, module: "nodenext", exactOptionalPropertyTypes: true }));
  sound("with node16", project({ strict: true, module: "node16" }));
  sound("with node16, in a package without a type", {
    ...project({ strict: true, module: "node16" }),
    "package.json": {},
  });
  sound("without strictness", project({ strict: false, module: "nodenext" }));
  sound("as JavaScript", project({ checkJs: true, strict: true, module: "nodenext" }), "other.js", text);
});
