import type { SourceLanguage, SourceLocation } from "./definition.ts";
import type { Binding, Export, FileFacts, Site } from "./fileFacts.ts";
import { namesIn } from "./namesIn.ts";
import { PythonStatement } from "./pythonStatement.ts";
import { PythonTracked } from "./pythonTracked.ts";
import { rewrittenNames } from "./rewrittenNames.ts";
import { ScriptStatement } from "./scriptStatement.ts";
import { type Alias, aliasesIn, ScriptTracked } from "./scriptTracked.ts";
import { shifted } from "./shifted.ts";
import type { Statement, Tracked, TrackedStatement } from "./statement.ts";
import type { Unit } from "./units.ts";

/** What was read of a statement; plain data, kept to be used again while the statement stays the same. */
export interface ReadStatement {
  readonly code: string;
  readonly part: number | undefined;
  readonly from: number;
  readonly offset: number;
  readonly imports: readonly Binding[];
  readonly names: readonly string[];
  readonly aliases: readonly Alias[];
  readonly rewritten: readonly string[];
  readonly facts: TrackedFacts | undefined;
}

/** What depends on the names that are tracked in the text. */
interface TrackedFacts {
  readonly key: string;
  readonly sites: readonly Site[];
  readonly exports: readonly (readonly [string, Export])[];
  readonly stars: readonly string[];
  /** Names of the outermost scope that these mention. */
  readonly mentions: readonly string[];
  /** Of `names`, those that were asked for, now or before. */
  readonly bindings: readonly ReadBinding[];
}

interface ReadBinding {
  readonly binding: Binding;
  readonly mentions: readonly string[];
}

/** The statements of a text, and the names that are asked for. */
export interface ReadText {
  readonly statements: readonly ReadStatement[];
  readonly wanted: ReadonlySet<string>;
}

/** A statement that is being read; `live` where it was not known. */
interface Reading {
  readonly unit: Unit;
  read: ReadStatement;
  readonly live: Statement | undefined;
}

/** Statements by their code, and by which part of it they are. */
export type KnownStatements = ReadonlyMap<string, ReadonlyMap<number | undefined, ReadStatement>>;

export function byCode(statements: readonly ReadStatement[]): KnownStatements {
  const known = new Map<string, Map<number | undefined, ReadStatement>>();
  for (const read of statements) {
    const parts = known.get(read.code);
    if (parts === undefined) known.set(read.code, new Map([[read.part, read]]));
    else parts.set(read.part, read);
  }
  return known;
}

/** @param known statements of the version before */
export function readStatements(
  units: readonly Unit[],
  known: KnownStatements,
  isCell: boolean,
  language: SourceLanguage,
): ReadText {
  const readings = units.map((unit): Reading => {
    const { code, part, from, offset } = unit;
    const old = known.get(code)?.get(part);
    if (old !== undefined) return { unit, read: moved(old, code, from), live: undefined };
    const live = statementOf(unit, language);
    const { imports, names } = live;
    // What goes by the text alone is told once for all parts of a text.
    const isFirst = part === undefined || part === 0;
    const aliases = isFirst && language !== "python" ? aliasesIn(code) : [];
    const rewritten = isFirst ? rewrittenNames(code, language) : [];
    return { unit, read: { code, part, from, offset, imports, names, aliases, rewritten, facts: undefined }, live };
  });
  const tracked = trackedIn(readings, isCell, language);
  const openedAs = new Map<Reading, TrackedStatement>();
  const open = (reading: Reading): TrackedStatement => {
    const opened = openedAs.get(reading) ?? (reading.live ?? statementOf(reading.unit, language)).track(tracked);
    openedAs.set(reading, opened);
    return opened;
  };
  for (const reading of readings) {
    if (reading.read.facts?.key === tracked.key) continue;
    const { sites: found, exports, stars } = open(reading);
    const sites = found.toSorted((a, b) => a.span.from - b.span.from);
    const mentions = namesIn([sites, exports]);
    reading.read = { ...reading.read, facts: { key: tracked.key, sites, exports, stars, mentions, bindings: [] } };
  }
  const wanted = readBindings(readings, open, isCell || language === "python");
  return { statements: readings.map(({ read }) => read), wanted };
}

function statementOf(unit: Unit, language: SourceLanguage): Statement {
  const { node, piece } = unit.open();
  return language === "python" ? new PythonStatement(node, piece) : new ScriptStatement(node, piece);
}

function trackedIn(readings: readonly Reading[], isCell: boolean, language: SourceLanguage): Tracked {
  const imports = readings.flatMap(({ read }) => read.imports);
  const bound = new Set([...imports.map(({ name }) => name), ...readings.flatMap(({ read }) => read.names)]);
  return language === "python"
    ? new PythonTracked()
    : new ScriptTracked(
        imports,
        readings.flatMap(({ read }) => read.aliases),
        isCell ? bound : undefined,
      );
}

/**
 * Reads the constants that the facts mention, and what those mention.
 * @param all also those that nothing mentions, because others may ask for them
 * @returns the names that were asked for
 */
function readBindings(
  readings: readonly Reading[],
  open: (reading: Reading) => TrackedStatement,
  all: boolean,
): ReadonlySet<string> {
  const declaring = new Map<string, Reading[]>();
  for (const reading of readings) {
    for (const name of reading.read.names) {
      const others = declaring.get(name);
      if (others === undefined) declaring.set(name, [reading]);
      else others.push(reading);
    }
  }
  const wanted = new Set(all ? declaring.keys() : []);
  for (const { read } of readings) for (const name of read.facts?.mentions ?? []) wanted.add(name);
  // A set goes on to what is added to it on the way.
  for (const name of wanted) {
    for (const reading of declaring.get(name) ?? []) {
      for (const mention of readBinding(name, reading, open)) wanted.add(mention);
    }
  }
  return wanted;
}

/** @returns what the binding mentions */
function readBinding(name: string, reading: Reading, open: (reading: Reading) => TrackedStatement): readonly string[] {
  const { facts } = reading.read;
  const known = facts?.bindings.find(({ binding }) => binding.name === name);
  const binding = known === undefined ? open(reading).binding(name) : undefined;
  if (facts === undefined || binding === undefined) return known?.mentions ?? [];
  const mentions = namesIn(binding);
  reading.read = { ...reading.read, facts: { ...facts, bindings: [...facts.bindings, { binding, mentions }] } };
  return mentions;
}

/** What is known of a statement, at the place where it now stands. */
function moved(old: ReadStatement, code: string, from: number): ReadStatement {
  return { ...old, code, from, facts: from === old.from ? old.facts : shifted(old.facts, from - old.from) };
}

export function statementsFacts(
  at: SourceLocation,
  language: SourceLanguage,
  lineStarts: readonly number[],
  { statements, wanted }: ReadText,
): FileFacts {
  const top = new Map<string, Binding>();
  const exports = new Map<string, Export>();
  const stars: string[] = [];
  const rewritten = new Set<string>();
  const sites: Site[] = [];
  const declared = new Set<string>();
  for (const { imports, names, facts, rewritten: written } of statements) {
    for (const name of written) rewritten.add(name);
    for (const name of names) {
      if (declared.has(name) && language === "python") rewritten.add(name);
      declared.add(name);
    }
    for (const binding of imports) top.set(binding.name, binding);
    for (const { binding } of facts?.bindings ?? []) if (wanted.has(binding.name)) top.set(binding.name, binding);
    for (const [name, exported] of facts?.exports ?? []) exports.set(name, exported);
    stars.push(...(facts?.stars ?? []));
    sites.push(...(facts?.sites ?? []));
  }
  return { at, language, lineStarts, top, exports, stars, rewritten, sites };
}
