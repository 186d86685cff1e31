// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs of cells are strings
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayData } from "../../src/kernel/displayData.ts";
import { mimeBundleSchema } from "../../src/notebook/output.ts";
import { ownMs } from "../ownTime.ts";
import { notebook } from "./cellNotebook.ts";

const textOf = async (value: unknown): Promise<string> => String((await displayData(value))["text/plain"]);
const htmlOf = async (value: unknown): Promise<string> => String((await displayData(value))["text/html"]);

class Person {
  name = "Ada";
  #secret = 1;
  get age(): number {
    throw new Error("asked");
  }
  reveal(): number {
    return this.#secret;
  }
}

const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;

describe("a value as text", () => {
  const values: readonly (readonly [unknown, string])[] = [
    [1, "1"],
    [-0, "-0"],
    [1.5e300, "1.5e+300"],
    [12n, "12n"],
    [10n ** 5000n, "[huge bigint]"],
    [null, "null"],
    [true, "true"],
    [Symbol("s"), "Symbol(s)"],
    ["one line", '"one line"'],
    ["two\nlines", "two\nlines"],
    ["", '""'],
    [[], "Array(0)[]"],
    [{}, "{}"],
    [{ a: 1, "b c": "x" }, '{ a: 1, "b c": "x" }'],
    [[1, [2, [3]]], "[1, [2, [3]]]"],
    [Array.from({ length: 3 }), "[undefined, undefined, undefined]"],
    // biome-ignore lint/suspicious/noSparseArray: holes are what is tested
    [[1, , 3], "[1, [empty], 3]"],
    [new Map([["k", { v: 1 }]]), 'Map(1) { "k" => { v: 1 } }'],
    [new Set([1, "a"]), 'Set(2) [1, "a"]'],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "Invalid Date"],
    [/a"b/gi, '/a"b/gi'],
    [new Float32Array([1, 2.5]), "Float32Array(2) [1, 2.5]"],
    [new ArrayBuffer(8), "ArrayBuffer(8)"],
    [() => 1, "[Function: (anonymous)]"],
    [async function load() {}, "[AsyncFunction: load]"],
    [Person, "[class Person]"],
    [class Child extends Person {}, "[class Child extends Person]"],
    [new Person(), 'Person { name: "Ada" }'],
    [Object.create(null), "[null prototype] {}"],
    [
      {
        get x() {
          throw new Error("asked");
        },
        set y(_: number) {},
      },
      "{ x: [Getter], y: [Setter] }",
    ],
    [circular, "{ a: 1, self: [Circular] }"],
    [{ [Symbol("k")]: 1 }, "{ [Symbol(k)]: 1 }"],
    [new TypeError("bad"), "TypeError: bad"],
    [new URL("http://x.y/z"), inspect(new URL("http://x.y/z"), { breakLength: Number.POSITIVE_INFINITY, depth: 2 })],
    [Promise.resolve(1), "Promise { 1 }"],
    [new Promise(() => undefined), "Promise { <pending> }"],
    [new WeakMap(), "WeakMap {...}"],
    [{ a: { b: { c: { d: { e: { f: 1 } } } } } }, "{ a: { b: { c: { d: { e: {...} } } } } }"],
  ];
  test.each(values.map(([value, text]) => ({ value, text })))("$text", async ({ value, text }) => {
    expect(await textOf(value)).toBe(text);
  });

  test("too long for a line takes several", async () => {
    const value = { name: "x".repeat(60), list: [1, 2], inner: { text: "y".repeat(60) } };
    expect(await textOf(value)).toBe(
      `{\n  name: "${"x".repeat(60)}",\n  list: [1, 2],\n  inner: { text: "${"y".repeat(60)}" },\n}`,
    );
  });

  test("is limited in width", async () => {
    expect(await textOf(Array.from({ length: 1000 }, () => 0))).toMatch(
      /^Array\(1,000\) \[\n( {2}0,\n){100} {2}\.\.\. 900 more\n\]$/,
    );
  });
});

describe("a value as a tree", () => {
  test("opens level by level, with everything escaped", async () => {
    const html = await htmlOf({ "<k>": "<img src=x onerror=alert(1)>", list: [{ deep: "&" }] });
    expect(html).toContain("<details open>");
    expect(html.match(/<details>/g)).toHaveLength(2);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(html).not.toMatch(/<(?!\/?(?:details|summary|div|span)\b)/);
  });

  test("is not made for what has no parts", async () => {
    expect(Object.keys(await displayData(5))).toEqual(["text/plain"]);
    expect(Object.keys(await displayData([]))).toEqual(["text/plain"]);
  });
});

describe("an array of records", () => {
  test("is a table of all columns, numbers on the right", async () => {
    const data = await displayData([
      { name: "a|b", n: 1 },
      { name: "<b>", n: 20, more: { deep: [1] } },
    ]);
    expect(data["text/plain"]).toBe(
      ["name   n  more", "----  --  -------------", "a|b    1", "<b>   20  { deep: [1] }"].join("\n"),
    );
    expect(data["text/markdown"]).toBe(
      [
        "| name | n | more |",
        "| --- | ---: | --- |",
        "| a&#124;b | 1 |  |",
        "| &#60;b&#62; | 20 | &#123; deep: &#91;1&#93; &#125; |",
      ].join("\n"),
    );
    expect(data["text/html"]).toContain("&lt;b&gt;");
    expect(data["text/html"]).toMatch(/^<div style="overflow-x:auto"><table>/);
  });

  test("of many shows the first, and how many more there are", async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => ({ n, [`late${n}`]: n }));
    const text = await textOf(rows);
    expect(text.split("\n")).toHaveLength(2 + 10 + 2);
    expect(text).toContain("... 990 more rows");
    expect(text).toContain("... 971 more columns");
    expect((await textOf(rows.slice(0, 20))).split("\n")).toHaveLength(2 + 20);
  });

  test("asks no getter, and mixed arrays are trees", async () => {
    expect(
      await textOf([
        {
          get x() {
            throw new Error("asked");
          },
        },
      ]),
    ).toContain("[Getter]");
    for (const other of [[1, { a: 1 }], [{}], [[1]], [new Person()]]) {
      expect(String(await htmlOf(other))).not.toContain("<table>");
    }
  });
});

describe("rich values", () => {
  const offering = (data: unknown) => ({ [Symbol.for("Jupyter.display")]: () => data });

  test("bring their own data, also by a promise", async () => {
    expect(await displayData(offering({ "text/html": "<b>x</b>", "application/json": { a: [1] } }))).toEqual({
      "text/html": "<b>x</b>",
      "application/json": { a: [1] },
    });
    expect(await displayData(offering(Promise.resolve({ "text/plain": "p" })))).toEqual({ "text/plain": "p" });
    expect(await displayData(offering({ "image/png": new Uint8Array([1, 2]), "text/html": undefined }))).toEqual({
      "image/png": "AQI=",
    });
  });

  test("whose display fails are shown all the same, with the reason", async () => {
    const failing = {
      a: 1,
      [Symbol.for("Jupyter.display")]: () => {
        throw new Error("no");
      },
    };
    expect(await textOf(failing)).toMatch(/^\[The value's own display failed: no\]\n\{ a: 1/);
    expect(await textOf(offering(Promise.reject(new Error("later"))))).toContain("later");
    expect(await textOf(offering({ "text/html": () => 1 }))).toContain("not an object from MIME type");
    expect(await textOf(offering({}))).toContain("it is empty");
    expect(await textOf(offering(undefined))).toMatch(/Jupyter\.display/);
  });

  test("pictures are known by their first bytes", async () => {
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUg==", "base64");
    expect(await displayData(png)).toEqual({
      "image/png": png.toString("base64"),
      "text/plain": "PNG image, 16 bytes",
    });
    expect(Object.keys(await displayData(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])))).toContain("image/jpeg");
    expect(await textOf(new Uint8Array([1, 2]))).toBe("Uint8Array(2) [1, 2]");
  });
});

describe("whatever the value is", () => {
  test("there is data, nothing throws, and HTML has no text of the value as markup", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withSparseArray: true,
          withBoxedValues: true,
          key: fc.oneof(fc.string(), fc.constant("<script>")),
          values: [fc.string(), fc.constant("</div><script>alert(1)</script>"), fc.double(), fc.constant(undefined)],
        }),
        async (value) => {
          const data = mimeBundleSchema.parse(await displayData(value));
          expect(typeof data["text/plain"]).toBe("string");
          const html = data["text/html"] ?? "";
          expect(html).not.toMatch(/<(?!\/?(?:details|summary|div|span|table|thead|tbody|tr|th|td)\b)/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("proxies are not asked", async () => {
    const asked: PropertyKey[] = [];
    const proxy = new Proxy(
      { a: 1 },
      {
        get: (_, key) => {
          asked.push(key);
          return undefined;
        },
        ownKeys: () => {
          throw new Error("asked");
        },
      },
    );
    expect(await textOf({ proxy })).toBe("{ proxy: { a: 1 } }");
    expect(asked).toEqual([]);
  });

  test("huge ones take little time and room", async () => {
    const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, n]));
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n++) deep = [deep];
    const values = [
      "x".repeat(50_000_000),
      "y\n".repeat(25_000_000),
      new Float64Array(10_000_000),
      new Array(1e9),
      wide,
      deep,
      { s: "z".repeat(50_000_000) },
      [{ s: "z".repeat(50_000_000) }],
      new Map(Object.entries(wide)),
    ];
    for (const value of values) {
      const ms = await ownMs(async () => {
        expect(JSON.stringify(await displayData(value)).length).toBeLessThan(100_000);
      });
      expect(ms).toBeLessThan(1_000);
    }
  });
});

describe("what cells show things with", () => {
  test("display() shows at once, in order, and again by id", async () => {
    const { shown } = await notebook().run(
      "display(1); display(md`# ${'<b>'}`, { id: 'a' }); await display({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/plain': 'later' }) }); display({ 'text/plain': 'raw' }, { raw: true })",
    );
    expect(shown).toEqual([
      { data: { "text/plain": "1" } },
      { data: { "text/markdown": "# &lt;b>", "text/plain": "# &lt;b>" }, id: "a" },
      { data: { "text/plain": "later" } },
      { data: { "text/plain": "raw" } },
    ]);
  });

  test.each([
    ["html('<b>x</b>')", { "text/html": "<b>x</b>" }],
    [
      "html`<ul>${[1, 2].map((n) => html`<li>${n}${'<i>'}</li>`)}</ul>`",
      { "text/html": "<ul><li>1&lt;i&gt;</li><li>2&lt;i&gt;</li></ul>" },
    ],
    ["svg`<svg><text>${'a & b'}</text></svg>`", { "image/svg+xml": "<svg><text>a &amp; b</text></svg>" }],
    ["md('*x*')", { "text/markdown": "*x*", "text/plain": "*x*" }],
    [
      "md`\\`\\`\\`\n${'a < b ```'}\n\\`\\`\\``",
      { "text/markdown": "```\na < b `\u200b`\u200b`\n```", "text/plain": "```\na < b `\u200b`\u200b`\n```" },
    ],
    ["image('p.svg')", { "image/svg+xml": "<svg/>" }],
    ["image(new Uint8Array([0xff, 0xd8, 0xff]))", { "image/jpeg": "/9j/", "text/plain": "JPEG image, 3 bytes" }],
  ])("%s", async (code, data) => {
    const { run } = notebook({ "p.svg": "<svg/>" });
    const { result, error } = await run(code);
    expect(error?.stack).toBeUndefined();
    expect(await displayData(result?.value)).toEqual(data);
  });

  test("a picture that is none, or nowhere, says so", async () => {
    const { run } = notebook({ "x.txt": "words" });
    expect((await run("image('x.txt')")).error?.message).toMatch(/x\.txt: not a PNG/);
    expect((await run("image('no.png')")).error?.message).toMatch(/There is no picture .*no\.png/);
  });

  test("their names may be used for other things", async () => {
    const { run } = notebook();
    await run("const html = 'mine'");
    expect((await run("html")).result?.value).toBe("mine");
  });
});
