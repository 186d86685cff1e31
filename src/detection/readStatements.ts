import type { SourceLanguage, SourceLocation, TextPoint } from "./definition.ts";
import type { Binding, Export, FileFacts, Site } from "./fileFacts.ts";
import { namesIn } from "./namesIn.ts";
import { PythonStatement } from "./pythonStatement.ts";
import { PythonTracked } from "./pythonTracked.ts";
import { rewrittenNames } from "./rewrittenNames.ts";
import { ScriptStatement } from "./scriptStatement.ts";
import { type Alias, aliasesIn, ScriptTracked } from "./scriptTracked.ts";
import { shifted } from "./shifted.ts";
import type { Statement, Tracked } from "./statement.ts";
import type { TextLines } from "./textLines.ts";
import { startOf, type Unit } from "./units.ts";

/** What was read of a statement; plain data, kept to be used again while the statement stays the same. */
export interface ReadStatement {
  readonly code: string;
  readonly part: number | undefined;
  readonly from: number;
  readonly start: TextPoint;
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
  /** Of `names`, those that were asked for. */
  readonly bindings: readonly Binding[];
  /** Names of the outermost scope that the facts above mention. */
  readonly mentions: readonly string[];
}

export interface ReadContext {
  readonly text: string;
  readonly lines: TextLines;
  readonly isCell: boolean;
  /** Statements of the version before. */
  readonly before: readonly ReadStatement[];
}

/** A statement that is being read, and its tree as long as it is there. */
interface Reading {
  readonly unit: Unit;
  read: ReadStatement;
  live: Statement | undefined;
}

export function readStatements(units: readonly Unit[], context: ReadContext): ReadStatement[] {
  const known = new Map<string, ReadStatement[]>();
  for (const read of context.before) {
    const same = known.get(read.code);
    if (same === undefined) known.set(read.code, [read]);
    else same.push(read);
  }
  const readings = units.map((unit): Reading => {
    const from = startOf(unit);
    const start = context.lines.point(from);
    const old = known
      .get(unit.code)
      ?.find((read) => read.part === unit.part && read.start.character === start.character);
    if (old !== undefined) return { unit, read: moved(old, unit.code, from, start), live: undefined };
    const live = statementOf(unit);
    const { imports, names } = live;
    const python = unit.piece.language === "python";
    const aliases = python ? [] : aliasesIn(unit.code);
    const rewritten = rewrittenNames(unit.code, unit.piece.language);
    const { code, part } = unit;
    return { unit, read: { code, part, from, start, imports, names, aliases, rewritten, facts: undefined }, live };
  });
  const tracked = trackedIn(readings, context.isCell);
  const liveOf = (reading: Reading): Statement => {
    reading.live ??= statementOf(reading.unit);
    return reading.live;
  };
  for (const reading of readings) {
    if (reading.read.facts?.key === tracked.key) continue;
    const live = liveOf(reading);
    const sites = live.sites(tracked).sort((a, b) => a.span.from - b.span.from);
    const { exports, stars } = live.exported();
    const mentions = namesIn([sites, exports]);
    reading.read = { ...reading.read, facts: { key: tracked.key, sites, exports, stars, bindings: [], mentions } };
  }
  readBindings(readings, liveOf, context.isCell);
  return readings.map(({ read }) => read);
}

function statementOf({ node, piece }: Unit): Statement {
  return piece.language === "python" ? new PythonStatement(node, piece) : new ScriptStatement(node, piece);
}

function trackedIn(readings: readonly Reading[], isCell: boolean): Tracked {
  const imports = readings.flatMap(({ read }) => read.imports);
  const bound = new Set([...imports.map(({ name }) => name), ...readings.flatMap(({ read }) => read.names)]);
  return readings[0]?.unit.piece.language === "python"
    ? new PythonTracked()
    : new ScriptTracked(
        imports,
        readings.flatMap(({ read }) => read.aliases),
        isCell ? bound : undefined,
      );
}

/** Reads the constants that the facts mention, and what those mention; all that others may ask for. */
function readBindings(readings: readonly Reading[], liveOf: (reading: Reading) => Statement, all: boolean): void {
  const declaring = new Map<string, Reading[]>();
  for (const reading of readings) {
    for (const name of reading.read.names) {
      const others = declaring.get(name);
      if (others === undefined) declaring.set(name, [reading]);
      else others.push(reading);
    }
  }
  const wanted = all || readings[0]?.unit.piece.language === "python" ? [...declaring.keys()] : [];
  for (const { read } of readings) if (read.facts !== undefined) wanted.push(...read.facts.mentions);
  const seen = new Set(wanted);
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    for (const reading of declaring.get(name) ?? []) {
      const { facts } = reading.read;
      if (facts === undefined || facts.bindings.some((binding) => binding.name === name)) continue;
      const binding = liveOf(reading).binding(name);
      if (binding === undefined) continue;
      const mentions = namesIn(binding);
      const next = { ...facts, bindings: [...facts.bindings, binding], mentions: [...facts.mentions, ...mentions] };
      reading.read = { ...reading.read, facts: next };
      for (const other of mentions) {
        if (seen.has(other)) continue;
        seen.add(other);
        wanted.push(other);
      }
    }
  }
}

/** What is known of a statement, at the place where it now stands. */
function moved(old: ReadStatement, code: string, from: number, start: TextPoint): ReadStatement {
  const [by, lines] = [from - old.from, start.line - old.start.line];
  const facts = by === 0 && lines === 0 ? old.facts : shifted(old.facts, by, lines);
  return { ...old, code, from, start, facts };
}

export function statementsFacts(
  at: SourceLocation,
  language: SourceLanguage,
  statements: readonly ReadStatement[],
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
    for (const binding of facts?.bindings ?? []) top.set(binding.name, binding);
    for (const [name, exported] of facts?.exports ?? []) exports.set(name, exported);
    stars.push(...(facts?.stars ?? []));
    sites.push(...(facts?.sites ?? []));
  }
  return { at, language, top, exports, stars, rewritten, sites };
}
