import type { BindingKind } from "./cellBindings.ts";

/**
 * The names of a notebook, and how its cells share them.
 *
 * Every run of a cell is a function of its own that declares the names it uses and those it declares as variables of its
 * own: it *mirrors* them. Reading a name is then what the language makes of it, at its speed and with its messages ("f is
 * not a function"); `typeof`, calls, patterns and TDZ stay untouched. Only writes are rewritten: they tell the scope, and the
 * scope writes to all other mirrors that closures may still read. So a function of an earlier cell sees what later cells
 * assign or declare anew. One exception: a name of the global object (`fetch`) that a cell declares is that cell's and later
 * ones'; functions of earlier cells keep the global one until their cell runs again.
 *
 * Roads not taken. Rewriting every reference to a property of one object: errors would speak of `scope.f`. `with`, or context
 * extensions of `node:vm`: every name, `Math` included, would be looked up at run time. A `vm` context whose global object
 * carries the names: another realm, where `[] instanceof Array` fails between the SDK and a cell. V8's REPL mode or the
 * global object of this realm: a cell's `const URL = ...` would reach the engine and every package. Cells nested in each
 * other by `eval`: a read costs 6 ns for each cell in between (measured; 600 ns after 100 cells).
 */
export class CellScope {
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

  /**
   * What one run reads names from and writes them through. Only the names that it mirrors are in it: an object with few
   * properties is fast, one with those of a long notebook, or without a prototype, is a hash table (measured: 100 ns a write).
   */
  view(names: Iterable<string>): Record<string, unknown> {
    const view = {};
    for (const name of names) Object.defineProperty(view, name, this.#entry(name).property);
    return view;
  }

  /** Keeps the variables of a run up to date: at once those it uses, its own as soon as they are declared. */
  mirror(setters: Setters): RunMirror {
    const entries = Object.keys(setters).map((name) => [name, this.#entry(name)] as const);
    return {
      follow: (names) => {
        for (const name of names) this.#entry(name).follow(setters);
      },
      end: (captured) => {
        for (const [name, entry] of entries) entry.loosen(setters, captured.has(name));
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
    const entry = new Entry(name);
    this.#entries.set(name, entry);
    return entry;
  }

  #lend(name: string): void {
    if (name in this.#globals) return;
    const entry = this.#entry(name);
    Object.defineProperty(this.#globals, name, { configurable: true, ...entry.property });
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
  readonly property = { get: (): unknown => this.value, set: (value: unknown): void => this.assign(value) };
  value: unknown;
  kind: BindingKind = "let";
  ready = false;
  given = false;
  readonly #name: string;
  #running: readonly Setters[] = [];
  /** Of cells that are over. A run's closures hold its setters; when the last one is gone, so are they. */
  #over: readonly WeakRef<Setters>[] = [];
  /**
   * All that are to be written to. Those of cells that are over are held for a turn of the event loop only: a loop that
   * writes need not look for them every time.
   */
  #writes: readonly ((value: unknown) => void)[] | undefined;

  constructor(name: string) {
    this.#name = name;
  }

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
    const writes = this.#writes ?? this.#find();
    for (let index = 0; index < writes.length; index++) writes[index]?.(value);
  }

  follow(setters: Setters): void {
    if (this.#running.includes(setters)) return;
    this.#running = [...this.#running, setters];
    this.#writes = undefined;
  }

  loosen(setters: Setters, captured: boolean): void {
    if (!this.#running.includes(setters)) return;
    this.#running = this.#running.filter((one) => one !== setters);
    this.#writes = undefined;
    if (!captured) return;
    this.#over = [...this.#over, new WeakRef(setters)];
    if (this.#over.length % PRUNED_EVERY === 0) this.#prune();
  }

  #find(): readonly ((value: unknown) => void)[] {
    this.#prune();
    const over = this.#over.map((setters) => setters.deref()).filter((setters) => setters !== undefined);
    const writes = [...this.#running, ...over].flatMap((setters) => setters[this.#name] ?? []);
    this.#writes = writes;
    if (over.length > 0) {
      setImmediate(() => {
        this.#writes = undefined;
      }).unref();
    }
    return writes;
  }

  #prune(): void {
    this.#over = this.#over.filter((setters) => setters.deref() !== undefined);
  }
}
