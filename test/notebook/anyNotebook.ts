import fc from "fast-check";

/** Member names that make trouble where objects are used as tables, and usual ones. */
const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "1", "é\u2028", "name"));
const json = fc.jsonValue({ maxDepth: 3 }).map(withoutNegativeZero);
const members = (...taken: readonly string[]) =>
  fc
    .array(fc.tuple(name, json), { maxLength: 4 })
    .map((entries): object => Object.fromEntries(entries.filter(([key]) => !taken.includes(key))));

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom("a", "\n", "\r", "é", "😀", "\ud800", "\u2028")).map((all) => all.join("")),
);
const lines = fc.oneof(text, fc.array(text, { maxLength: 4 }));

const data = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom("text/plain", "text/markdown", "text/html", "image/svg+xml", "image/png", "x/y"), lines),
      fc.tuple(fc.constantFrom("application/json", "application/vnd.a.b+json"), json),
    ),
    { maxLength: 4 },
  )
  .map((entries) => Object.fromEntries(entries));

const output = fc.oneof(
  joined({ output_type: fc.constant("stream"), name: fc.constantFrom("stdout", "stderr", "other"), text: lines }),
  joined({ output_type: fc.constant("display_data"), data, metadata: members() }),
  joined({ output_type: fc.constant("execute_result"), data, metadata: members(), execution_count: fc.constant(7) }),
  joined({ output_type: fc.constant("error"), ename: text, evalue: text, traceback: fc.array(text, { maxLength: 3 }) }),
  joined({ output_type: fc.constantFrom("pyout", "stream") }),
);

const cell = (id: string) =>
  fc.oneof(
    joined({
      id: fc.constant(id),
      cell_type: fc.constant("code"),
      metadata: members("vscode", "execution"),
      source: lines,
      outputs: fc.array(output, { maxLength: 3 }),
      execution_count: fc.constant(3),
    }),
    joined({
      id: fc.constant(id),
      cell_type: fc.constantFrom("markdown", "raw"),
      metadata: members(),
      source: lines,
      attachments: fc.constant({ "a.png": { "image/png": "AAAA" } }),
    }),
    joined({ id: fc.constant(id), cell_type: fc.constantFrom("graph", "heading"), metadata: members() }),
  );

/** The parsed content of a notebook's file, valid but for cells and outputs of unknown types and members that nobody knows. */
export const anyNotebook: fc.Arbitrary<{ readonly [name: string]: unknown }> = fc
  .uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/), { maxLength: 5 })
  .chain((ids) =>
    joined({
      nbformat: fc.constant(4),
      nbformat_minor: fc.constantFrom(5, 6),
      metadata: members("optimas", "kernelspec", "language_info", "orig_nbformat"),
      cells: fc.tuple(...ids.map(cell)),
    }),
  );

/** Objects of these members and some that nobody knows. */
function joined(known: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc
    .tuple(
      fc.record(known),
      members(...Object.keys(known), "cell_type", "output_type", "source", "outputs", "execution_count", "id"),
    )
    .map(([object, more]): { readonly [name: string]: unknown } => ({ ...more, ...object }));
}

/** JSON has no negative zero that survives being written. */
function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
