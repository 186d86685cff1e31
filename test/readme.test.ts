import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const product = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

const pages = ["README.md", "MEASURED.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "examples/hotpotqa/README.md"];

describe.each(pages)("%s", (file) => {
  const text = readFileSync(`${root}/${file}`, "utf8");
  const folder = file.split("/").slice(0, -1).join("/");

  test("names only scripts that there are", () => {
    const scripts = [...text.matchAll(/\bnpm (?:run )?(start|test|[a-z]+:?[a-z]*)\b/g)].map(([, name = ""]) => name);
    for (const script of scripts) expect(Object.keys(product.scripts), `npm ${script}`).toContain(script);
  });

  test("links only to files that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = ""]) => link);
    for (const link of links) expect(existsSync(`${root}/${folder}/${link}`), link).toBe(true);
  });
});

test("ARCHITECTURE.md names only folders and files that there are", () => {
  const text = readFileSync(`${root}/ARCHITECTURE.md`, "utf8");
  const named = [...text.matchAll(/`((?:src|test|examples)\/[\w./-]*|optimize\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length).toBeGreaterThan(10);
  for (const path of named) expect(existsSync(`${root}/${path}`) || existsSync(`${root}/src/${path}`), path).toBe(true);
});

describe("the README's experiment", () => {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}/README.md`, "utf8"))?.[1] ?? "";

  test("compiles", () => expect(compilerErrors(code)).toBe(""), 30_000);

  test("would not with a misspelt output field", () => {
    expect(code).toContain("output.answer");
    expect(compilerErrors(code.replace("output.answer", "output.answr"))).toContain("'answr' does not exist");
  });
});

function compilerErrors(code: string): string {
  // Inside the repository, where the packages are found.
  const folder = mkdtempSync(`${root}/test/.readme-`);
  try {
    writeFileSync(
      `${folder}/experiment.ts`,
      `declare function search(query: string, k: number): Promise<string>;\n${code}`,
    );
    const compilerOptions = { paths: { optimas: ["../../src/sdk/index.ts"] } };
    const config = { extends: "../../tsconfig.json", include: ["experiment.ts"], compilerOptions };
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config));
    const compiler = `${root}/node_modules/typescript/bin/tsc`;
    return spawnSync(process.execPath, [compiler, "--noEmit", "-p", folder], { encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
