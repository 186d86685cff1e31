import type { BindingKind } from "./cellBindings.ts";

/**
 * The names of a notebook, and how its cells share them.
 *
 * Every run of a cell is a function of its own that declares the names it uses and those it declares as variables of its
 * own: it *mirrors* them. Reading a name is then what the language makes of it, at its speed and with its messages ("f is
 * not a function"); `typeof`, calls, patterns and TDZ stay untouched. Only writes are rewritten: they tell the scope, and the
 * scope writes to all other mirrors that closures may still read. So a function of an earlier cell sees what later cells
 * assign or declare anew.
 *
 * Roads not taken. Rewriting every reference to a property of one object: errors would speak of `scope.f`. `with`, or context
 * extensions of `node:vm`: every name, `Math` included, would be looked up at run time. A `vm` context whose global object
 * carries the names: another realm, where `[] instanceof Array` fails between the SDK and a cell. V8's REPL mode or the
 * global object of this realm: a cell's `const URL = ...` would reach the engine and every package. Cells nested in each
 * other by `eval`: a read costs 6 ns for each cell in between (measured; 600 ns after 100 cells).
 */
export class CellScope {
  /** What cells write through: a setter per name, and a getter. */
  readonly names: Record<string, unknown> = Object.create(null);
  readonly #entries = new Map<string, Entry>();
  /** Names that a cell mentions and nothing declares yet. */
  readonly #awaited = new Set<string>();
  readonly #globals: object;
  readonly #lent = new Set<string>();

  /** @param globals where names that were used before they were declared are found later: the global object */
  constructor(globals: object = globalThis) {
    this.#globals = globals;
  }

  /** Whether the name has a value. */
  has(name: string): boolean {
    return this.#entries.get(name)?.ready === true;
  }

  /** Whether the name is one that every notebook begins with and no cell has declared. */
  isGiven(name: string): boolean {
    return this.#entries.get(name)?.given === true;
  }

  kind(name: string): BindingKind | undefined {
    const entry = this.#entries.get(name);
    return entry?.ready === true ? entry.kind : undefined;
  }

  /** A name that every notebook begins with, such as `display`. */
  give(name: string, value: unknown): void {
    this.declare("const", name, value);
    this.#entry(name).given = true;
  }

  /** Gives a name its value; an earlier one by the same name is gone for every cell. */
  declare(kind: BindingKind, name: string, value: unknown): void {
    const entry = this.#entry(name);
    entry.kind = kind;
    entry.ready = true;
    entry.given = false;
    entry.write(value);
    if (this.#awaited.delete(name)) this.#lend(name);
  }

  /** Lets a cell that declares the names freely write to them before their declarations are reached. */
  open(names: Iterable<string>): void {
    for (const name of names) this.#entry(name).kind = "let";
  }

  /**
   * Remembers names that a cell mentions although nothing declares them. The cell reads them from the global object: when
   * another cell declares one later, it is put there, unless the global object has the name already.
   */
  await(names: Iterable<string>): void {
    for (const name of names) if (!REVEALING.has(name)) this.#awaited.add(name);
  }

  /** Keeps the variables of a run up to date: at once those it uses, its own as soon as they are declared. */
  mirror(setters: Setters): RunMirror {
    const entries = Object.keys(setters).map((name) => [name, this.#entry(name)] as const);
    return {
      follow: (names) => {
        for (const name of names) this.#entry(name).follow(name, setters);
      },
      end: (captured) => {
        for (const [name, entry] of entries) entry.loosen(name, setters, captured.has(name));
      },
    };
  }

  /** Takes back what was put on the global object. */
  dispose(): void {
    for (const name of this.#lent) Reflect.deleteProperty(this.#globals, name);
    this.#lent.clear();
  }

  #entry(name: string): Entry {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const entry = new Entry();
    this.#entries.set(name, entry);
    Object.defineProperty(this.names, name, { get: () => entry.value, set: (value) => entry.assign(value) });
    return entry;
  }

  #lend(name: string): void {
    if (name in this.#globals) return;
    const entry = this.#entry(name);
    Object.defineProperty(this.#globals, name, {
      configurable: true,
      get: () => entry.value,
      set: (value) => entry.assign(value),
    });
    this.#lent.add(name);
  }
}

/** Writes to the variables of one run, by name. */
export type Setters = Readonly<Record<string, (value: unknown) => void>>;

export interface RunMirror {
  follow(names: Iterable<string>): void;
  /** The run is over: only what its closures captured is followed, and only as long as one of them lives. */
  end(captured: ReadonlySet<string>): void;
}

/** By their presence packages tell browsers and other runtimes from Node; a cell's variable must not deceive them. */
const REVEALING: ReadonlySet<string> = new Set([
  "window",
  "document",
  "self",
  "navigator",
  "location",
  "importScripts",
  "define",
  "Deno",
  "Bun",
]);

/** Runs after which a name that is read but never written to forgets readers that are gone. */
const PRUNED_EVERY = 64;

class Entry {
  value: unknown;
  kind: BindingKind = "let";
  ready = false;
  given = false;
  /** Of running cells; few, and written to in loops, hence held directly. */
  #running: Setters[] = [];
  #runningWrites: ((value: unknown) => void)[] = [];
  /** Of cells that are over. A run's closures hold its setters; when the last one is gone, so are they. */
  #over: { readonly name: string; readonly setters: WeakRef<Setters> }[] = [];

  assign(value: unknown): void {
    if (this.kind === "const" && this.ready) {
      // The assigning cell may have changed its own variable before it told us.
      this.write(this.value);
      throw new TypeError("Assignment to constant variable.");
    }
    this.ready = true;
    this.write(value);
  }

  write(value: unknown): void {
    this.value = value;
    for (const write of this.#runningWrites) write(value);
    if (this.#over.length > 0) this.#writeOver(value);
  }

  follow(name: string, setters: Setters): void {
    const write = setters[name];
    if (write === undefined || this.#running.includes(setters)) return;
    this.#running.push(setters);
    this.#runningWrites.push(write);
  }

  loosen(name: string, setters: Setters, captured: boolean): void {
    const index = this.#running.indexOf(setters);
    if (index === -1) return;
    this.#running = this.#running.toSpliced(index, 1);
    this.#runningWrites = this.#runningWrites.toSpliced(index, 1);
    if (!captured) return;
    this.#over.push({ name, setters: new WeakRef(setters) });
    if (this.#over.length % PRUNED_EVERY === 0) this.#prune();
  }

  #writeOver(value: unknown): void {
    let gone = false;
    for (const { name, setters } of this.#over) {
      const write = setters.deref()?.[name];
      if (write === undefined) gone = true;
      else write(value);
    }
    if (gone) this.#prune();
  }

  #prune(): void {
    this.#over = this.#over.filter(({ setters }) => setters.deref() !== undefined);
  }
}
