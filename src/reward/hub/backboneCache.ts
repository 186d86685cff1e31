import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import * as z from "zod";
import { onDisk } from "../../run/diskError.ts";
import { replaceFile } from "../../run/durableFile.ts";
import { lockOwner } from "../../run/processLock.ts";
import { UserError } from "../../system/userError.ts";
import type { HubOrigin } from "../rewardFile.ts";
import type { BackboneFile } from "./backboneFiles.ts";
import { type HubName, hubName, repositoryOf } from "./hubName.ts";

const MANIFEST = "backbone.json";
const VERSION = 1;

const manifestSchema = z.object({
  version: z.literal(VERSION),
  name: z.string(),
  commit: z.string(),
  /** Branches and tags that stood for the commit when it was downloaded, and stand for it here from then on. */
  asked: z.array(z.string()),
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.number(),
      checksum: z.object({ kind: z.enum(["sha256", "git"]), digest: z.string() }),
    }),
  ),
});
type Manifest = Readonly<z.infer<typeof manifestSchema>>;
const versionSchema = z.object({ version: z.number().int() });

/** What is cached of a repository at one of its commits. */
export interface CachedBackbone {
  /** "owner/name". */
  readonly name: string;
  readonly commit: string;
  /** What it was asked for by: branches, tags, the commit itself. Empty where the download is not complete. */
  readonly asked: readonly string[];
  readonly folder: string;
  /** What it takes on the disk. */
  readonly bytes: number;
  readonly isComplete: boolean;
}

/** Where this user's programs keep on this platform what can be had again, and of that, what is ours. */
export function userBackbones(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  return join(userCaches(environment, platform, home), "optimas", "backbones");
}

function userCaches(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === "darwin") return join(home, "Library", "Caches");
  const [said, usual] =
    platform === "win32"
      ? [environment.LOCALAPPDATA, join(home, "AppData", "Local")]
      : [environment.XDG_CACHE_HOME, join(home, ".cache")];
  // What is no absolute path counts as unset, as the convention for it says.
  return said !== undefined && isAbsolute(said) ? said : usual;
}

/** Backbones of the hub that were downloaded: `<folder>/<owner>/<name>/<commit>`, complete where a manifest says so. */
export class BackboneCache {
  readonly folder: string;

  constructor(folder: string = userBackbones()) {
    this.folder = folder;
  }

  place({ owner, name }: HubName, commit: string): string {
    return join(this.folder, owner, name, commit);
  }

  /** The lock of whoever downloads it. */
  lock(name: HubName, commit: string): string {
    return `${this.place(name, commit)}.lock`;
  }

  /**
   * The folder of a complete backbone.
   * @throws UserError where a newer version of this program has written it
   */
  find(name: HubName): string | undefined {
    return this.#of(name)
      .filter(({ manifest }) => manifest.commit === name.revision || manifest.asked.includes(name.revision))
      .map(({ folder }) => folder)[0];
  }

  /** Makes what is in its place a complete backbone, which is found by the name from now on. */
  complete(name: HubName, commit: string, files: readonly BackboneFile[]): string {
    const folder = this.place(name, commit);
    const before = readManifest(folder)?.asked ?? [];
    const manifest: Manifest = {
      version: VERSION,
      name: repositoryOf(name),
      commit,
      asked: [...new Set([...before, name.revision])],
      files: [...files],
    };
    const path = join(folder, MANIFEST);
    onDisk(`write ${path}`, undefined, () => replaceFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`));
    return folder;
  }

  /** Everything that is cached, by name. */
  list(): CachedBackbone[] {
    return foldersIn(this.folder).flatMap((owner) =>
      foldersIn(join(this.folder, owner)).flatMap((name) =>
        foldersIn(join(this.folder, owner, name)).map((commit): CachedBackbone => {
          const folder = join(this.folder, owner, name, commit);
          const manifest = wholeManifest(folder);
          return {
            name: `${owner}/${name}`,
            commit,
            asked: manifest?.asked ?? [],
            folder,
            bytes: sizeOfFolder(folder),
            isComplete: manifest !== undefined,
          };
        }),
      ),
    );
  }

  /**
   * Removes a repository's backbones, unfinished ones too.
   * @param text "owner/name" for all, "owner/name@revision" for one @returns what was removed
   * @throws UserError where there is none, or one of them is being downloaded
   */
  remove(text: string): CachedBackbone[] {
    const name = hubName(text);
    const meant = this.list().filter(
      (cached) =>
        cached.name === repositoryOf(name) &&
        (!text.includes("@") || cached.asked.includes(name.revision) || cached.commit.startsWith(name.revision)),
    );
    if (meant.length === 0) throw new UserError(`No ${text} is cached in ${this.folder}.`);
    for (const { commit, folder } of meant) {
      const owner = lockOwner(this.lock(name, commit));
      if (owner !== undefined)
        throw new UserError(`${text} is being downloaded by process ${owner.pid}. Stop it, or wait for its end.`);
      onDisk(`remove ${folder}`, undefined, () => {
        // Without it, nobody takes what is left for a backbone.
        rmSync(join(folder, MANIFEST), { force: true });
        rmSync(folder, { recursive: true, force: true });
      });
    }
    return meant;
  }

  #of(name: HubName): { readonly folder: string; readonly manifest: Manifest }[] {
    const above = join(this.folder, name.owner, name.name);
    return foldersIn(above).flatMap((commit) => {
      const folder = join(above, commit);
      const manifest = wholeManifest(folder);
      return manifest === undefined ? [] : [{ folder, manifest }];
    });
  }
}

/** What a folder was downloaded from, if it was. @throws as `BackboneCache.find` */
export function hubOrigin(folder: string): HubOrigin | undefined {
  const manifest = readManifest(folder);
  return manifest && { repository: manifest.name, commit: manifest.commit, asked: manifest.asked };
}

/** The manifest of a folder that holds all that it names. */
function wholeManifest(folder: string): Manifest | undefined {
  const manifest = readManifest(folder);
  const isThere = manifest?.files.every(
    ({ path, bytes }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === bytes,
  );
  return isThere ? manifest : undefined;
}

/** Undefined where there is none, or it is damaged: the next download checks all files, and writes it again. */
function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(onDisk(`read ${path}`, undefined, () => readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { version = VERSION } = versionSchema.safeParse(json).data ?? {};
  if (version > VERSION)
    throw new UserError(`${path} is of a newer version of Optimas (${version}). Use that, or remove ${folder}.`);
  return manifestSchema.safeParse(json).data;
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function sizeOfFolder(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
