import * as z from "zod";
import { UserError } from "../../system/userError.ts";
import { type BackboneFile, filesOfBackbone, type ListedFile } from "./backboneFiles.ts";
import type { HubConnection } from "./hubConnection.ts";
import { HubFailure } from "./hubFailure.ts";
import { type HubName, repositoryOf } from "./hubName.ts";
import { type Retrying, retried } from "./hubRetry.ts";

/** What of a repository makes a backbone. */
export interface HubListing {
  /** The revision's commit: 40 hexadecimal digits. */
  readonly commit: string;
  readonly files: readonly BackboneFile[];
}

const infoSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  /** How its owner lets others in: everybody where it is false, or a mirror does not say. */
  gated: z.unknown(),
});
const digest = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const bytes = z.number().int().nonnegative();
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: bytes,
  oid: digest(40).optional(),
  lfs: z.object({ oid: digest(64), size: bytes }).optional(),
});

const MOST_ENTRIES = 20_000;
/** Of one page of a listing. */
const MOST_BYTES = 32 * 1024 ** 2;

/**
 * Asks the hub what lies in a repository, and picks what makes a backbone.
 * @throws HubFailure where the hub does not say; UserError where the repository holds no backbone
 */
export async function listBackbone(connection: HubConnection, name: HubName, retrying: Retrying): Promise<HubListing> {
  // Loaded with the first question only: most runs have their backbone, or need none.
  const { listFiles, modelInfo } = await import("./hubClient.ts");
  const repository = repositoryOf(name);
  // The token is the connection's to give.
  const asked = { hubUrl: connection.endpoint, fetch: wholeAnswers(connection, retrying) };
  const info = await modelInfo({ ...asked, name: repository, revision: name.revision, additionalFields: ["sha"] });
  const { sha: commit, gated } = understood(infoSchema, info, connection);
  // Said now, not after somebody has agreed to the download.
  if (gated && !connection.hasToken)
    throw new HubFailure({ kind: "status", status: 403, code: "GatedRepo", isHub: true }, connection.host);
  const listed: ListedFile[] = [];
  const pages = listFiles({ ...asked, repo: { type: "model", name: repository }, revision: commit, recursive: true });
  for await (const entry of pages) {
    const { type, path, size, oid, lfs } = understood(entrySchema, entry, connection);
    refuseOutside(path, repository);
    if (listed.length >= MOST_ENTRIES)
      throw new UserError(`${repository} holds more than ${MOST_ENTRIES} files: it is no repository of a backbone.`);
    if (type !== "file") continue;
    if (lfs !== undefined) listed.push({ path, bytes: lfs.size, checksum: { kind: "sha256", digest: lfs.oid } });
    else if (oid !== undefined) listed.push({ path, bytes: size, checksum: { kind: "git", digest: oid } });
  }
  return { commit, files: filesOfBackbone(repository, listed) };
}

/** `fetch` as the hub's client wants it: answers that are there as a whole, or failures that say what to do. */
function wholeAnswers(connection: HubConnection, retrying: Retrying): typeof globalThis.fetch {
  return (input, init) =>
    retried(async () => {
      const accept = new Headers(init?.headers).get("accept") ?? "application/json";
      const { response, body } = await connection.get(String(input), { accept });
      const pieces: Uint8Array[] = [];
      let length = 0;
      for await (const piece of body) {
        length += piece.length;
        if (length > MOST_BYTES) throw unclear(connection, "its list of files is too long");
        pieces.push(piece);
      }
      const text = Buffer.concat(pieces).toString("utf8");
      if (!isJson(text)) throw unclear(connection, "what it says of the repository is no JSON");
      return new Response(text, { status: response.status, headers: response.headers });
    }, retrying);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function understood<T>(schema: z.ZodType<T>, value: unknown, connection: HubConnection): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unclear(connection, `what it says of the repository is not understood (${z.prettifyError(parsed.error)})`);
}

const unclear = ({ host }: HubConnection, reason: string): HubFailure =>
  new HubFailure({ kind: "nonsense", reason }, host);

/** Files go to where the repository has them, and nowhere outside of the backbone's folder. */
function refuseOutside(path: string, repository: string): void {
  const isInside =
    !/[\\:\0]/.test(path) && path.split("/").every((name) => name !== "" && name !== "." && name !== "..");
  if (!isInside)
    throw new UserError(`${repository} lists a file that would lie outside of its folder (${JSON.stringify(path)}).`);
}
