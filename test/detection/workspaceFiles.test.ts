import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { diskReader } from "../../src/detection/folderReader.ts";
import { fileUri, pathBelow, uriBelow } from "../../src/detection/uriPath.ts";
import { canDefine, type SearchedFolder, WorkspaceFiles } from "../../src/detection/workspaceFiles.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "optimas-walk-")));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const empty = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, ""]));

function search(folder: string, rules: Partial<SearchedFolder> = {}, others: readonly string[] = []): WorkspaceFiles {
  return new WorkspaceFiles({ uri: fileUri(folder), exclusions: [], ignoreFiles: true, ...rules }, diskReader, {
    others: others.map(fileUri),
  });
}

async function found(folder: string, files: WorkspaceFiles, at?: string): Promise<string[]> {
  const uris: string[] = [];
  for await (const uri of files.at(at === undefined ? undefined : uriBelow(fileUri(folder), at))) uris.push(uri);
  return uris.map((uri) => pathBelow(fileUri(folder), uri) ?? uri).sort();
}

/** Every file, asked for singly by a matcher that has walked nothing, gets the walk's answer. */
async function agree(folder: string, all: readonly string[], rules?: Partial<SearchedFolder>): Promise<string[]> {
  const walked = await found(folder, search(folder, rules));
  const single: string[] = [];
  for (const path of all) single.push(...(await found(folder, search(folder, rules), path)));
  expect(single.sort()).toEqual(walked);
  return walked;
}

describe("files that definitions can stand in", () => {
  const check = (name: string, expected: boolean) => test(name, () => expect(canDefine(name)).toBe(expected));
  for (const name of [
    "a.ts",
    "a.mts",
    "a.cts",
    "a.tsx",
    "a.js",
    "a.mjs",
    "a.cjs",
    "a.jsx",
    "a.py",
    "a.optnb",
    "A.TS",
  ]) {
    check(name, true);
  }
  check("a.ipynb", true);
  for (const name of ["a.d.ts", "a.d.mts", "a.d.css.ts", "a.json", "a.mjsx", "ts", "a.ts.map", "a.pyc"])
    check(name, false);
});

describe("the walk", () => {
  test("finds sources, and leaves out packages and history", async () => {
    const all = ["a.ts", "b/c.py", "b/d.md", "node_modules/x/i.js", "b/node_modules/y.ts", ".git/h.py", ".x/e.tsx"];
    const folder = folderOf(empty(...all));
    expect(await agree(folder, all)).toEqual([".x/e.tsx", "a.ts", "b/c.py"]);
  });

  test("gives files near the root first", async () => {
    const folder = folderOf(empty("a/b/c.ts", "a/b.ts", "z.ts"));
    const order: string[] = [];
    for await (const uri of search(folder).at()) order.push(pathBelow(fileUri(folder), uri) ?? "");
    expect(order).toEqual(["z.ts", "a/b.ts", "a/b/c.ts"]);
  });

  test("does not enter excluded folders, nor those of another workspace folder", async () => {
    const all = ["out/a.ts", "in/out/b.ts", "in/c.ts", "in/c.js", "in/d.js", "other/e.ts"];
    const folder = folderOf(empty(...all));
    const exclusions = [{ "**/out": true, "**/*.js": { when: "$(basename).ts" } }];
    expect(await agree(folder, all, { exclusions })).toEqual(["in/c.ts", "in/d.js", "other/e.ts"]);
    expect(await found(folder, search(folder, { exclusions }, [join(folder, "other")]))).toEqual([
      "in/c.ts",
      "in/d.js",
    ]);
  });

  test("of a place that is not there, or elsewhere, is empty", async () => {
    const folder = folderOf(empty("a.ts"));
    expect(await found(folder, search(folder), "b.ts")).toEqual([]);
    expect(await found(folder, search(join(folder, "missing")))).toEqual([]);
    expect(await found(folder, search(folder), "a.ts/b.ts")).toEqual([]);
  });

  test("begins anywhere by the rules that hold there", async () => {
    const folder = folderOf({ ...empty("a/x.ts", "a/gen/y.ts", "b/z.ts"), ".gitignore": "gen\n" });
    expect(await found(folder, search(folder), "a")).toEqual(["a/x.ts"]);
    expect(await found(folder, search(folder), "a/gen")).toEqual([]);
  });
});

describe("ignore files", () => {
  const check = (what: string, files: Readonly<Record<string, string>>, expected: readonly string[]) =>
    test(what, async () => {
      const folder = folderOf(files);
      expect(await agree(folder, Object.keys(files))).toEqual([...expected].sort());
    });
  check(
    "leave out files and folders",
    { ".gitignore": "dist/\n*.gen.ts\n# a.ts\n", ...empty("a.ts", "a.gen.ts", "dist/b.ts", "c/dist/d.ts", "c/e.ts") },
    ["a.ts", "c/e.ts"],
  );
  check("may be anchored to their folder", { "p/.gitignore": "/a.ts\n", ...empty("p/a.ts", "p/q/a.ts", "a.ts") }, [
    "p/q/a.ts",
    "a.ts",
  ]);
  check("take back what they ignored", { ".gitignore": "*.js\n!keep.js\n", ...empty("a.js", "b/keep.js") }, [
    "b/keep.js",
  ]);
  check(
    "nearer to a file win over those above",
    {
      ".gitignore": "*.js\n",
      "a/.gitignore": "!b.js\n",
      "a/c/.gitignore": "b.js\n",
      ...empty("a/b.js", "a/c/b.js", "b.js"),
    },
    ["a/b.js"],
  );
  check(
    "take back a folder with what is in it",
    { ".gitignore": "a/b\n", "a/.gitignore": "!b\n", ...empty("a/b/c.ts", "a/b/d/e.ts") },
    ["a/b/c.ts", "a/b/d/e.ts"],
  );
  check(
    "cannot take back what lies in an ignored folder",
    { ".gitignore": "a/\n!a/b.ts\n", "a/.gitignore": "!c.ts\n", ...empty("a/b.ts", "a/c.ts") },
    [],
  );
  check(
    "of the clone count last",
    { ".git/info/exclude": "a.ts\nb.ts\n", ".gitignore": "!b.ts\n", ...empty("a.ts", "b.ts") },
    ["b.ts"],
  );
  check(
    "may begin with a mark and end lines in two characters",
    { ".gitignore": "\ufeffa.ts\r\nb.ts\r\n", ...empty("a.ts", "b.ts", "c.ts") },
    ["c.ts"],
  );

  test("do not count where the settings say so", async () => {
    const folder = folderOf({ ".gitignore": "a.ts\n", ...empty("a.ts") });
    expect(await found(folder, search(folder, { ignoreFiles: false }))).toEqual(["a.ts"]);
  });
});

describe.skipIf(process.platform === "win32")("links", () => {
  test("to what is searched anyway, or contains the workspace, are not followed", async () => {
    const folder = folderOf(empty("a/b.ts"));
    symlinkSync(folder, join(folder, "a/loop"));
    symlinkSync(join(folder, "a"), join(folder, "again"));
    symlinkSync(join(folder, "a/b.ts"), join(folder, "c.ts"));
    symlinkSync("/", join(folder, "everything"));
    symlinkSync(join(folder, "nothing"), join(folder, "d.ts"));
    expect(await found(folder, search(folder))).toEqual(["a/b.ts"]);
    expect(await found(folder, search(folder), "again")).toEqual([]);
  });

  test("to other places are followed once, in circles too", async () => {
    const other = folderOf(empty("x.ts", "y/z.ts"));
    symlinkSync(other, join(other, "y/self"));
    const folder = folderOf(empty("a.ts"));
    symlinkSync(other, join(folder, "linked"));
    symlinkSync(join(other, "y"), join(folder, "part"));
    symlinkSync(join(folder, "a.ts"), join(other, "back.ts"));
    expect(await found(folder, search(folder))).toEqual(["a.ts", "linked/x.ts", "linked/y/z.ts"]);
  });

  test("are followed in a workspace that is reached through one", async () => {
    const folder = folderOf(empty("a/b.ts"));
    symlinkSync(join(folder, "a"), join(folder, "work"));
    const work = join(folder, "work");
    expect(await found(work, search(work))).toEqual(["b.ts"]);
    expect(await found(work, search(work), "b.ts")).toEqual(["b.ts"]);
  });
});
