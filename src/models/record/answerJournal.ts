import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { AppendFile } from "../../run/appendFile.ts";
import { diskErrorCode } from "../../run/diskError.ts";
import { isAlive, processStart } from "../../run/processIdentity.ts";
import { answerLine, parseAnswerLines, type StoredAnswer } from "./storedAnswer.ts";

/** Answers in one file of a journal. */
const SEGMENT_ANSWERS = 256;
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** A file is made anew no more often than once in so many answers. */
const LEAST_ANSWERS = 64;
/** Journals of other machines count as left behind when nothing was written to them for a day. */
const FOREIGN_MS = 24 * 60 * 60_000;

/** A file of the journal; it is removed once all of its answers are in the record. */
export interface Segment {
  readonly path: string;
  file: AppendFile | undefined;
  bytes: number;
  answers: number;
  /** Answers that are not yet in the record. */
  open: number;
}

/**
 * Answers of this process that are on their way into the record: each is with the operating system before anybody gets it,
 * so that a process killed a moment later has not paid in vain. One appended line costs a hundredth of an entry in the
 * record, which follows when there is time; journals of processes that are gone are taken over by the next.
 */
export class AnswerJournal {
  readonly #folder: string;
  #active: Segment | undefined;
  readonly #segments = new Set<Segment>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws the file system's error */
  append(answer: StoredAnswer): Segment {
    const line = answerLine(answer);
    const segment = this.#segment();
    segment.file ??= new AppendFile(segment.path);
    segment.file.append(line);
    segment.bytes += line.length;
    segment.answers++;
    segment.open++;
    return segment;
  }

  /** One of the segment's answers is in the record. */
  done(segment: Segment): void {
    segment.open--;
    if (segment.open > 0 || (segment === this.#active && segment.answers < LEAST_ANSWERS)) return;
    this.#remove(segment);
  }

  /** Removes what is no longer needed; at the end of the process. */
  tidy(): void {
    for (const segment of this.#segments) if (segment.open === 0) this.#remove(segment);
  }

  /**
   * Takes over what processes that are gone have left.
   * @param before done with the answers of each journal before they are taken over; what it returns is done where another
   *   process was faster
   */
  adopt(
    now: number,
    before: (answers: readonly StoredAnswer[]) => () => void = () => () => undefined,
  ): { readonly answer: StoredAnswer; readonly segment: Segment }[] {
    return leftJournals(this.#folder, now).flatMap((left) => {
      const path = newPath(this.#folder);
      let undo = (): void => undefined;
      try {
        const answers = parseAnswerLines(readFileSync(left, "utf8"));
        undo = before(answers);
        // Whoever renames it first has it.
        renameSync(left, path);
        const { length } = answers;
        const segment: Segment = { path, file: undefined, bytes: SEGMENT_BYTES, answers: length, open: length };
        this.#segments.add(segment);
        if (length === 0) this.#remove(segment);
        return answers.map((answer) => ({ answer, segment }));
      } catch {
        undo();
        return [];
      }
    });
  }

  #segment(): Segment {
    const active = this.#active;
    if (active !== undefined && active.answers < SEGMENT_ANSWERS && active.bytes < SEGMENT_BYTES) return active;
    const segment: Segment = { path: newPath(this.#folder), file: undefined, bytes: 0, answers: 0, open: 0 };
    this.#active = segment;
    this.#segments.add(segment);
    return segment;
  }

  #remove(segment: Segment): void {
    if (segment === this.#active) this.#active = undefined;
    this.#segments.delete(segment);
    try {
      segment.file?.close();
      rmSync(segment.path, { force: true });
    } catch {
      // What it holds is in the record; whoever comes next puts it there once more.
    }
  }
}

/** Looks at the journals of a folder once more where some got other names, or none, at most so often. */
const LOOKS = 10;

/**
 * Answers in the journals of all processes: none is left out that is not in the record by the end.
 * @throws the file system's error where the folder cannot be read
 */
export function journaledAnswers(folder: string): StoredAnswer[] {
  for (let look = 1; ; look++) {
    const texts = namesIn(folder)
      .filter((name) => name.startsWith("journal-"))
      .map((name) => textOrNone(join(folder, name)));
    if (look < LOOKS && texts.includes(undefined)) continue;
    return texts.flatMap((text) => parseAnswerLines(text ?? ""));
  }
}

function textOrNone(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const NAME = /^journal-([0-9a-f]+)-(\d+)-([0-9a-f]+)-[0-9a-f]+\.jsonl$/;

function leftJournals(folder: string, now: number): string[] {
  return namesIn(folder).flatMap((name) => {
    const [, host, pid, start] = NAME.exec(name) ?? [];
    if (host === undefined || pid === undefined || start === undefined) return [];
    const path = join(folder, name);
    if (host !== mark(hostname())) return isOlder(path, now - FOREIGN_MS) ? [path] : [];
    return isAlive(Number(pid), undefined) && start === startMark(Number(pid)) ? [] : [path];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (diskErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function isOlder(path: string, than: number): boolean {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modified !== undefined && modified < than;
}

/** Names the process by more than its pid, which another may get later. */
function newPath(folder: string): string {
  const { pid } = process;
  const unique = randomUUID().slice(0, 8);
  return join(folder, `journal-${mark(hostname())}-${pid}-${startMark(pid)}-${unique}.jsonl`);
}

function startMark(pid: number): string {
  return mark(processStart(pid) ?? "");
}

function mark(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
