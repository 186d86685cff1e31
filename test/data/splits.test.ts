import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dataDirectory } from "../../src/data/dataDirectory.ts";
import { csv, type DataSource, jsonl, type LoadContext, rows, type SplitSources } from "../../src/data/source.ts";
import { readSplits, requireFields, type Splits } from "../../src/data/splits.ts";
import { UserError } from "../../src/system/userError.ts";
import { scratchFolder } from "./scratchFolder.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

function context(baseDirectory = "/"): LoadContext {
  return { baseDirectory, signal: new AbortController().signal, seed: 7 };
}

/** Some rows that are in no other split. */
function other(prefix: string, count = 2): DataSource {
  return Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, question: `${prefix} ${index}?` }));
}

async function readTrain(source: DataSource, folder?: string): Promise<Splits> {
  return readSplits({ train: source, validation: other("v"), test: other("t") }, context(folder));
}

async function trainOf(name: string, content: string | Uint8Array): Promise<Splits> {
  const folder = scratchFolder({ [name]: content });
  return readTrain(name.endsWith(".csv") ? csv(name) : jsonl(name), folder);
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

const plainJson = fc.jsonValue({ maxDepth: 2, noUnicodeString: false });

describe("JSON Lines", () => {
  test("any plain rows come back as they were written", async () => {
    const row = fc.dictionary(fc.string({ unit: "binary" }), plainJson, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.constantFrom("\n", "\r\n", "\n\n \n"),
        async (list, newline) => {
          const numbered = list.map((fields, index): Record<string, unknown> => ({ ...fields, id: `row ${index}` }));
          const { train } = await trainOf("train.jsonl", numbered.map((each) => JSON.stringify(each)).join(newline));
          expect(train.examples).toEqual(numbered.map((each) => JSON.parse(JSON.stringify(each)) as unknown));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a byte order mark, CRLF and blank lines are fine", async () => {
    const { train } = await trainOf("train.jsonl", '\ufeff{"id":1,"q":"a"}\r\n\r\n{"id":"2","q":"b"}\r\n');
    expect(train.examples).toEqual([
      { id: "1", q: "a" },
      { id: "2", q: "b" },
    ]);
    expect(train.where(1)).toBe("train.jsonl, line 3");
  });

  test("a line longer than any buffer is read", async () => {
    const { train } = await trainOf("train.jsonl", JSON.stringify({ q: "x".repeat(3_000_000) }));
    expect(String(train.examples[0]?.q)).toHaveLength(3_000_000);
  });

  test.each([
    [
      "a malformed line",
      '{"q":1}\n{"q":\n',
      /^train\.jsonl, line 2: not valid JSON \(.+\)\. Mend or remove the line\.$/,
    ],
    [
      "an ordinary JSON file",
      '[{"q":1},\n{"q":2}]',
      /^train\.jsonl, line 1: not valid JSON .*one whole object on each line\.$/,
    ],
    [
      "a row that is a list",
      '{"q":1}\n[1]',
      /^train\.jsonl, line 2: a row must be an object of named fields, but this is a list\.$/,
    ],
    ["a row that is text", '"q"', /line 1: a row must be an object .* but this is a string\.$/],
    ["a row that is null", "null", /line 1: .* but this is null\.$/],
    ["an empty file", "\n \n", /^The train data \(train\.jsonl\) is empty\. Give it at least one row\.$/],
    [
      "an id used twice",
      '{"id":"a"}\n{"id":"b"}\n{"id":"a","q":1}',
      /^train\.jsonl, line 3: the id "a" is used already at train\.jsonl, line 1\. /,
    ],
    [
      "an id that is a list",
      '{"id":[1]}',
      /^train\.jsonl, line 1, field "id": must be text or a number, but is a list\. /,
    ],
    ["an empty id", '{"id":""}', /field "id": must be text or a number, but is empty\. /],
  ])("%s is refused", async (_, content, message) => {
    expect(await refusal(trainOf("train.jsonl", content))).toMatch(message);
  });

  test("text in another encoding is refused with its line", async () => {
    const latin1 = Buffer.concat([Buffer.from('{"q":"a"}\n'), Buffer.from('{"q":"café"}\n', "latin1")]);
    expect(await refusal(trainOf("train.jsonl", latin1))).toBe(
      "train.jsonl, line 2: this is not UTF-8 text. Save the file as UTF-8.",
    );
  });
});

describe("CSV", () => {
  test("any texts come back as they were written", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", " ", "é", "'") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), async (list) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const lines = list.map((cells, index) => [`r${index}`, ...cells].map(quoted).join(","));
        const { train } = await trainOf("train.csv", ["id,question,answer", ...lines].join("\r\n"));
        expect(train.examples).toEqual(
          list.map(([question, answer], index) => ({ id: `r${index}`, question, answer })),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("values stay text, and a column may be called __proto__", async () => {
    const { train } = await trainOf("train.csv", "\ufeffid,__proto__\r\n007,1e3\r\n");
    expect(Object.entries(train.examples[0] ?? {})).toEqual([
      ["id", "007"],
      ["__proto__", "1e3"],
    ]);
  });

  test.each([
    [
      "a row with too many values",
      "q,a\n1,2\n1,2,3\n",
      /^train\.csv, line 3: 3 values, but the header has 2 columns\. /,
    ],
    ["a quote that is never closed", 'q,a\n1,"2\n', /^train\.csv: not valid CSV \(.*line 2\)\. /],
    ["two columns of one name", "q,q\n1,2\n", /^train\.csv, line 1: two columns are called "q"\. /],
    ["a column without a name", "q,\n1,2\n", /^train\.csv, line 1: column 2 has no name\. /],
    ["a header without rows", "q,a\n", /^The train data \(train\.csv\) is empty\. /],
  ])("%s is refused", async (_, content, message) => {
    expect(await refusal(trainOf("train.csv", content))).toMatch(message);
  });

  test("text in another encoding is refused with its line", async () => {
    expect(await refusal(trainOf("train.csv", Buffer.from("q\nx\ncafé\n", "latin1")))).toMatch(/^train\.csv, line 3: /);
  });
});

describe("other sources", () => {
  test("rows without an id get one from split and row, the same every time", async () => {
    const { train } = await readTrain([{ q: 1 }, { q: 2, id: 40 }, { q: 3 }]);
    expect(train.examples.map(({ id }) => id)).toEqual(["train-1", "40", "train-3"]);
  });

  test("a function gets base directory, signal and seed", async () => {
    const { train } = await readTrain(
      async ({ baseDirectory, seed, signal }) => [{ baseDirectory, seed, aborted: signal.aborted }],
      "/base",
    );
    expect(train.examples).toEqual([{ baseDirectory: "/base", seed: 7, aborted: false, id: "train-1" }]);
    expect(train.source).toBe("a function");
  });

  test("rows in code keep their label", async () => {
    const { train } = await readTrain(rows([{ q: 1 }], "ten capitals"));
    expect(train.source).toBe("ten capitals");
  });

  test("a schema checks and converts each row", async () => {
    const folder = scratchFolder({ "train.csv": "q,n\na,1\nb,2\n", "bad.csv": "q,n\na,1\nb,x\n" });
    const schema = z.object({ q: z.string(), n: z.coerce.number() });
    const { train } = await readTrain(csv("train.csv", schema), folder);
    expect(train.examples.map(({ n }) => n)).toEqual([1, 2]);
    expect(await refusal(readTrain(csv("bad.csv", schema), folder))).toMatch(/^bad\.csv, line 3, field "n": .+\.$/);
  });

  test.each<[string, unknown, RegExp]>([
    [
      "a bare path",
      "train.jsonl",
      /^The train data is a string, not a source of rows\. Write jsonl\("train\.jsonl"\) or csv/,
    ],
    [
      "a function that returns no list",
      () => ({ q: 1 }),
      /^The train data must be a list of rows, but .* gave an object\.$/,
    ],
    ["a row that is no object", [{ q: 1 }, 2], /^train, row 2: a row must be an object .* but this is a number\.$/],
    [
      "a row that is not plain",
      [{ q: 1n }],
      /^train, row 1: the row cannot be written as JSON \(.*\)\. Use plain values only\.$/,
    ],
    ["nothing", undefined, /^The data has no train rows\. Give "train" a source\.$/],
  ])("%s is refused", async (_, source, message) => {
    expect(await refusal(readTrain(source as DataSource))).toMatch(message);
  });

  test("a missing file names the file that was probably meant, or what is there", async () => {
    const folder = scratchFolder({ "training.jsonl": "{}", "notes.txt": "" });
    expect(await refusal(readTrain(jsonl("trainin.jsonl"), folder))).toBe(
      `There is no file ${folder}/trainin.jsonl (given as "trainin.jsonl"). Did you mean training.jsonl?`,
    );
    expect(await refusal(readTrain(jsonl("qqq"), folder))).toBe(
      `There is no file ${folder}/qqq (given as "qqq"). The folder ${folder} holds training.jsonl, notes.txt.`,
    );
    expect(await refusal(readTrain(jsonl("no/where.jsonl"), folder))).toMatch(
      /The folder .*\/no does not exist either\.$/,
    );
    expect(await refusal(readTrain(jsonl("."), folder))).toMatch(/ is a folder, not a data file\. /);
  });

  test("reading stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stopped"));
    const reading = readSplits(
      { train: other("a"), validation: other("v") },
      { ...context(), signal: controller.signal },
    );
    await expect(reading).rejects.toThrow("stopped");
  });
});

describe("splits", () => {
  async function read(sources: SplitSources): Promise<Splits> {
    return readSplits(sources, context());
  }

  test("without a source for test the last quarter of train is set aside, rounded down", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (count) => {
        const { train, validation, test: held } = await read({ train: other("a", count), validation: other("v") });
        const all = [...train.examples, ...(held?.examples ?? [])];
        expect(all.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => `a${index}`));
        expect(held?.examples.length ?? 0).toBe(Math.floor(count / 4));
        expect(validation.examples).toHaveLength(2);
      }),
    );
  });

  test("rows set aside say so in their source and keep their place", async () => {
    const { train, test: held } = await read({ train: other("a", 10), validation: other("v") });
    expect([train.source, held?.source]).toEqual(["rows in code (rows 1-8)", "rows in code (rows 9-10)"]);
    expect(held?.where(0)).toBe("train, row 9");
  });

  test("the hash is that of the content, whatever the order of the fields", async () => {
    const hash = async (list: DataSource): Promise<string> =>
      (await read({ train: list, validation: other("v") })).train.hash;
    const first = await hash([{ id: "a", q: 1, r: { x: 1, y: 2 } }]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash([{ r: { y: 2, x: 1 }, q: 1, id: "a" }])).toBe(first);
    expect(await hash([{ id: "b", q: 1, r: { x: 1, y: 2 } }])).not.toBe(first);
    expect(await hash([{ id: "a", q: 1, r: { x: 1, y: 3 } }])).not.toBe(first);
  });

  test("an id in two splits is refused, with where it stands", async () => {
    const message = await refusal(
      read({
        train: [
          { id: 1, q: "a" },
          { id: 2, q: "b" },
        ],
        validation: [{ id: "2", q: "c" }],
      }),
    );
    expect(message).toMatch(
      /^1 row is both in train and in validation, with the same id: "2" \(train, row 2; validation, row 1\)\. Remove /,
    );
  });

  test("the same content under different ids in two splits is refused", async () => {
    const message = await refusal(
      read({ train: [{ q: "a", n: 1 }], validation: other("v"), test: [{ n: 1, q: "a" }, { q: "z" }] }),
    );
    expect(message).toMatch(
      /^1 row is both in train and in test, with the same content under different ids: train, row 1 and test, row 1\. /,
    );
  });

  test("a row of train that is repeated in the part set aside is refused", async () => {
    const train = [{ q: "a" }, { q: "b" }, { q: "c" }, { q: "a" }];
    expect(await refusal(read({ train, validation: other("v") }))).toMatch(
      /^1 row is both in train and in test, .*train, row 1 and train, row 4\./,
    );
  });

  test("the same content twice within one split is no leak", async () => {
    const { train } = await read({ train: [{ q: "a" }, { q: "a" }], validation: other("v"), test: other("t") });
    expect(train.examples).toHaveLength(2);
  });

  test("many shared rows are counted and some listed", async () => {
    const message = await refusal(read({ train: other("a", 12), validation: other("a", 9), test: other("t") }));
    expect(message).toMatch(
      /^9 rows are both in train and in validation, with the same id: .*"a4" \([^)]*\), and 4 more\. /,
    );
  });

  test("examples cannot be changed by the code that gets them", async () => {
    const { train } = await read({ train: [{ q: "a" }], validation: other("v") });
    expect(Object.isFrozen(train.examples[0])).toBe(true);
  });
});

describe("required fields", () => {
  async function check(list: DataSource, ...names: string[]): Promise<void> {
    requireFields((await readTrain(list)).train, names);
  }

  test("rows that have them pass", async () => {
    await expect(check([{ question: "", answer: 0 }], "question", "answer", "id")).resolves.toBeUndefined();
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    [
      "a similar field is suggested",
      { Question: "a" },
      "question",
      'the field "question" is missing. Did you mean "Question"?',
    ],
    [
      "a longer name is suggested",
      { gold_answer: "a" },
      "answer",
      'the field "answer" is missing. Did you mean "gold_answer"?',
    ],
    ["otherwise the fields are listed", { xy: 1 }, "question", 'the field "question" is missing. It has xy, id.'],
    [
      "null is told apart",
      { question: null },
      "question",
      'the field "question" is null. Fill it in or remove the row.',
    ],
    [
      "what every object inherits is no field",
      { xy: 1 },
      "constructor",
      'the field "constructor" is missing. It has xy, id.',
    ],
  ])("%s", async (_, row, name, message) => {
    expect(await refusal(check([{ [name]: "there" }, row], name))).toBe(`train, row 2: ${message}`);
  });
});

describe("a data folder", () => {
  function names(files: Files): string[] {
    const folder = scratchFolder(files);
    const found = dataDirectory(folder);
    return [found.train, found.validation, found.test].map((source) => source?.path.replace(`${folder}/`, "") ?? "");
  }

  test("holds train, validation and perhaps test, as JSONL or CSV", () => {
    expect(names({ "train.jsonl": "", "validation.jsonl": "" })).toEqual(["train.jsonl", "validation.jsonl", ""]);
    expect(names({ "train.csv": "", "validation.jsonl": "", "test.csv": "" })).toEqual([
      "train.csv",
      "validation.jsonl",
      "test.csv",
    ]);
  });

  test("without train or validation is refused with what it holds", () => {
    expect(() => names({ "train.jsonl": "", "dev.jsonl": "" })).toThrow(
      /^There is no .*validation\.jsonl \(nor validation\.csv\)\. The folder .* holds dev\.jsonl, train\.jsonl\.$/,
    );
    expect(() => dataDirectory(join(scratchFolder(), "none"))).toThrow(/does not exist either\.$/);
  });

  test("with a split in both formats is refused", () => {
    expect(() => names({ "train.jsonl": "", "train.csv": "", "validation.csv": "" })).toThrow(/Remove one of them\.$/);
  });
});
