import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileUri, folderOf, pathBelow, uriBelow } from "../../src/detection/uriPath.ts";

describe("a place below a folder", () => {
  test("is escaped as the editor escapes it", () => {
    expect(uriBelow("file:///c%3A/work", "a b/(x)!/ü+@.ts")).toBe("file:///c%3A/work/a%20b/%28x%29%21/%C3%BC%2B%40.ts");
    expect(uriBelow("file:///", "a.ts")).toBe("file:///a.ts");
    expect(uriBelow("vscode-vfs://github/o/r?ref=1", "a.ts")).toBe("vscode-vfs://github/o/r/a.ts?ref=1");
  });

  test("is told apart from its neighbours", () => {
    expect(pathBelow("file:///a/b", "file:///a/b/c/d.ts")).toBe("c/d.ts");
    expect(pathBelow("file:///a/b", "file:///a/b")).toBe("");
    expect(pathBelow("file:///a/b/", "file:///a/b")).toBe("");
    expect(pathBelow("file:///a/b", "file:///a/bc/d.ts")).toBeUndefined();
    expect(pathBelow("file:///", "file:///a")).toBe("a");
  });

  test("leads back to its path, whatever it is named", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[/\\]/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const uri = uriBelow("file:///r%20x", names.join("/"));
        expect(pathBelow("file:///r%20x", uri)).toBe(names.join("/"));
        expect(folderOf(uri)).toBe(
          names.length === 1 ? "file:///r%20x" : uriBelow("file:///r%20x", names.slice(0, -1).join("/")),
        );
      }),
    );
  });
});

describe("a file of this machine", () => {
  const check = (path: string, uri: string) => test(path, () => expect(fileUri(path)).toBe(uri));
  check("/home/a b/x.ts", "file:///home/a%20b/x.ts");
  check("C:\\Work\\x.ts", "file:///c%3A/Work/x.ts");
  check("\\\\?\\C:\\Work\\x.ts", "file:///c%3A/Work/x.ts");
  check("\\\\Server\\share\\x.ts", "file://server/share/x.ts");
});
