import type { Example } from "./example.ts";

/** A row as it is read: no id needed yet. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * What checks and converts a row: anything that speaks Standard Schema version 1 (zod, valibot, arktype, ...).
 * Its output takes the row's place.
 */
export interface RowSchema<T extends Row = Row> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** A file of rows; `path` is resolved against the base directory when it is read. */
export interface FileSource<T extends Row = Row> {
  readonly kind: "jsonl" | "csv";
  readonly path: string;
  readonly schema?: RowSchema<T> | undefined;
}

/** Rows at hand, with the label under which messages and the run's record name them. */
export interface RowsSource<T extends Row = Row> {
  readonly kind: "rows";
  readonly rows: readonly T[];
  readonly label: string;
}

/** What a loading function may use. */
export interface LoadContext {
  readonly baseDirectory: string;
  readonly signal: AbortSignal;
  /** The run's seed: a loader that samples with it is repeatable. */
  readonly seed: number;
}

/** Where a split's rows come from: a file, rows at hand, a plain array, or a function that returns one. */
export type DataSource<T extends Row = Row> =
  | FileSource<T>
  | RowsSource<T>
  | readonly T[]
  | ((context: LoadContext) => readonly T[] | Promise<readonly T[]>);

/** The sources of an experiment. Without `test`, the last quarter of `train` is set aside as test. */
export interface SplitSources<T extends Row = Row> {
  readonly train: DataSource<T>;
  readonly validation: DataSource<T>;
  readonly test?: DataSource<T> | undefined;
}

/** Examples of a source: its rows, with an id. */
export type ExampleOf<T extends Row> = T & Pick<Example, "id">;

/** A JSON Lines file: one object per line, UTF-8; a byte order mark, CRLF and blank lines are fine. */
export function jsonl<T extends Row = Row>(path: string, schema?: RowSchema<T>): FileSource<T> {
  return { kind: "jsonl", path, schema };
}

/** A CSV file with a header row (RFC 4180, UTF-8). Every value is text; a `schema` may convert it. */
export function csv<T extends Row = Row>(path: string, schema?: RowSchema<T>): FileSource<T> {
  return { kind: "csv", path, schema };
}

/** Rows at hand. */
export function rows<T extends Row>(list: readonly T[], label = "rows in code"): RowsSource<T> {
  return { kind: "rows", rows: list, label };
}
