// Keys that tests plant begin alike, so that one that was written or printed is found whatever test it comes from.
import fs, { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

/** How keys begin that tests plant. */
const PLANTED = "sk-planted-";

/** The beginning as it is, in addresses, and in base64 wherever it may stand in a group of three bytes. */
const forms = [
  PLANTED,
  ...[0, 1, 2].map((offset) => {
    const bytes = Buffer.from("\0".repeat(offset) + PLANTED);
    return bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  }),
  Buffer.from(PLANTED).toString("hex"),
].map((form) => Buffer.from(form));
const longestForm = Math.max(...forms.map((form) => form.length));

/**
 * Files below folders that hold a planted key.
 * @param {readonly string[]} folders those that are not there are passed over
 * @param {number} since milliseconds since 1970: older files are not looked at
 * @returns {string[]}
 */
export function filesWithPlantedKeys(folders, since = 0) {
  return folders.flatMap((folder) => filesBelow(folder, since)).filter(holdsPlantedKey);
}

/** Test outputs in the system's temporary folder: those whose tests did not remove them. */
export function leftFolders(temporary) {
  return entriesOf(temporary).flatMap((entry) =>
    entry.isDirectory() && isOurs(entry.name) ? [join(temporary, entry.name)] : [],
  );
}

/** What tests make in the system's temporary folder is named so. */
function isOurs(name) {
  return name.startsWith("optimas");
}

/**
 * From now on, what this process removes of the tests' folders is searched first: hardly anything of what tests write is left
 * when they are over.
 * @param {(files: string[]) => void} onFound told of files that hold a planted key; they are removed all the same
 */
export function searchWhatIsRemoved(onFound) {
  const temporary = realpathSync(tmpdir());
  const search = (path) => {
    const folder = resolve(String(path));
    const isTestFolder = isOurs(basename(folder)) && [temporary, resolve(tmpdir())].includes(dirname(folder));
    return isTestFolder ? filesWithPlantedKeys([folder]) : [];
  };
  const { rmSync } = fs;
  const { rm } = fs.promises;
  fs.rmSync = (path, options) => {
    const found = search(path);
    rmSync(path, options);
    if (found.length > 0) onFound(found);
  };
  fs.promises.rm = async (path, options) => {
    const found = search(path);
    await rm(path, options);
    if (found.length > 0) onFound(found);
  };
  // Those who have imported these by their names get them, too.
  syncBuiltinESMExports();
}

/** Listens to what is printed, in whatever pieces it comes. */
export class PrintedKeys {
  #end = Buffer.alloc(0);
  #heard = 0;

  /** Pieces of what was printed that held a planted key. */
  get heard() {
    return this.#heard;
  }

  /** @param {Uint8Array | string} piece */
  hear(piece) {
    const bytes = Buffer.concat([this.#end, Buffer.from(piece)]);
    const ends = forms
      .map((form) => bytes.lastIndexOf(form) + form.length)
      .filter((end, at) => end >= forms[at].length);
    if (ends.length > 0) this.#heard++;
    // Of a key that was heard, nothing is kept; of others, what may be the beginning of one.
    const from = Math.max(0, bytes.length - longestForm + 1, ...ends);
    this.#end = bytes.subarray(from);
  }

  /** Listens to all that a stream is given from now on. @param {NodeJS.WriteStream} stream */
  listenTo(stream) {
    const write = stream.write.bind(stream);
    stream.write = (piece, ...rest) => {
      this.hear(piece);
      return write(piece, ...rest);
    };
  }
}

function holdsPlantedKey(file) {
  try {
    const bytes = readFileSync(file);
    return forms.some((form) => bytes.includes(form));
  } catch {
    // Gone meanwhile, or not to be read.
    return false;
  }
}

function filesBelow(folder, since) {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesBelow(path, since);
    return entry.isFile() && isSince(path, since) ? [path] : [];
  });
}

function isSince(path, since) {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && file.mtimeMs >= since;
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
