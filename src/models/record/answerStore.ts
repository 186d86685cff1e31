import { utimesSync } from "node:fs";
import { diskErrorCode } from "../../run/diskError.ts";
import { parseStoredAnswer, type StoredAnswer } from "./storedAnswer.ts";
import { type FoundAnswer, storedEntry } from "./storedEntry.ts";

/** What the index says of an entry besides where it lies, so that it can be counted without being read. */
export interface EntryMark {
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly when: number;
}

let loaded: Promise<typeof import("cacache")> | undefined;

/** Processes that keep no answers do not load the package. */
export function cacache(): Promise<typeof import("cacache")> {
  loaded ??= import("cacache").then(whole);
  return loaded;
}

/** Bundled, a package of the older kind has its names under `default` alone. */
function whole(module: typeof import("cacache") & { readonly default?: typeof import("cacache") }) {
  return module.default ?? module;
}

/** Answers in a folder of `cacache`: content checked by its digest, written beside and renamed. */
export class AnswerStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What cannot be read as it was written is removed, and counts as never kept. Never fails. */
  get(key: string): Promise<FoundAnswer | undefined> | FoundAnswer | undefined {
    const found = storedEntry(this.#folder, key);
    return found === undefined ? this.#looked(key) : found === "missing" ? undefined : found;
  }

  async #looked(key: string): Promise<FoundAnswer | undefined> {
    const store = await cacache();
    try {
      const entry = await store.get.info(this.#folder, key, { memoize: false });
      if (entry === null) return undefined;
      const { integrity, path, size } = entry;
      const data = await store.get.byDigest(this.#folder, integrity, {
        memoize: false,
        ...(size !== undefined && { size }),
      });
      const answer = parseStoredAnswer(data.toString("utf8"), key);
      if (answer !== undefined) return { answer, path, usedAt: undefined };
    } catch (error) {
      const code = diskErrorCode(error);
      // What is not there, or cannot be read now, is not damaged.
      if (code !== undefined && !damages.has(code)) return undefined;
    }
    await this.drop(key);
    return undefined;
  }

  /** @throws the file system's error */
  async put(answer: StoredAnswer): Promise<void> {
    const { key, model, when } = answer;
    const metadata: EntryMark = { model, when };
    // Of a text, the package would count characters where it means bytes.
    const bytes = Buffer.from(JSON.stringify(answer));
    const store = await cacache();
    try {
      await store.put(this.#folder, key, bytes, { metadata, memoize: false });
    } catch (error) {
      // Something else may lie where the entry belongs.
      if (!misplaced.has(diskErrorCode(error) ?? "")) throw error;
      await this.drop(key);
      await store.put(this.#folder, key, bytes, { metadata, memoize: false });
    }
  }

  /** Removes an entry and its content. Never fails: what cannot be removed is not read either. */
  async drop(key: string): Promise<void> {
    const store = await cacache();
    try {
      const entry = await store.get.info(this.#folder, key, { memoize: false });
      if (entry !== null) await store.rm.content(this.#folder, entry.integrity);
    } catch {
      // The index entry goes, which is what leads to the content.
    }
    try {
      await removeEntry(this.#folder, key);
    } catch {
      // Read-only folders keep what they have.
    }
  }
}

/** Removes an entry from the index, and not only by writing that it is removed. @throws the file system's error */
export async function removeEntry(folder: string, key: string): Promise<void> {
  const { rm } = await cacache();
  // The package's types leave its options out.
  const remove: (folder: string, key: string, options: { readonly removeFully: true }) => Promise<unknown> = rm.entry;
  await remove(folder, key, { removeFully: true });
}

const damages: ReadonlySet<string> = new Set(["EINTEGRITY", "EBADSIZE", "EISDIR", "ENOTDIR"]);
const misplaced: ReadonlySet<string> = new Set(["EISDIR", "ENOTDIR", "EEXIST"]);

/** Notes that contents were used: the time of a file's last change is that of its last use. */
export function touch(path: string, now: number): void {
  try {
    utimesSync(path, now / 1_000, now / 1_000);
  } catch {
    // Evicted meanwhile, or read-only: then nothing is evicted either.
  }
}
