import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A repository as its owner has pushed it. */
export interface LoopbackRepository {
  /** Contents by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Who may read it: everybody by default, those with the hub's token, or those with it who were let in (nobody is). */
  readonly access?: "private" | "gated";
  /** Branches and tags besides "main", and the commits that they stand for. */
  readonly revisions?: Readonly<Record<string, string>>;
  readonly commit?: string;
  /** What lies in commits that were pushed before, by their names. */
  readonly earlier?: Readonly<Record<string, LoopbackRepository["files"]>>;
}

/** A request as it arrived. */
export interface Arrived {
  /** The hub itself, or the host that it sends to for large files. */
  readonly at: "hub" | "store";
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** What goes wrong; each is asked for every request. */
export interface HubFaults {
  /** Another status than 200 for this request. */
  readonly status?: (
    request: Arrived,
  ) => { readonly status: number; readonly headers?: Record<string, string> } | undefined;
  /** The connection is cut after so many bytes of the answer. */
  readonly cut?: (request: Arrived) => number | undefined;
  /** Other bytes come than were pushed, of the same length. */
  readonly spoilt?: (request: Arrived) => boolean;
  /** The store sends all of a file, whatever part was asked for. */
  readonly withoutRange?: boolean;
  /** The hub and the store say that a file is another one. */
  readonly etag?: (request: Arrived) => string | undefined;
  /** Bytes that come before the answer waits for a call of `goOn`. */
  readonly held?: (request: Arrived) => number | undefined;
  /** Bytes that the store sends at a time, so that those who watch see them come; the last byte waits for a call of `goOn`. */
  readonly paced?: number;
  /** Nothing is ever answered. */
  readonly silent?: (request: Arrived) => boolean;
  /** Entries of the listing besides the files. */
  readonly listed?: readonly object[];
  /** Where the hub says that the next page of its listing is: paths of its own by default. */
  readonly pages?: string;
  /** Where the hub sends for files instead of the store. */
  readonly location?: string;
}

export const COMMIT = "1f".repeat(20);
export const OTHER_COMMIT = "2e".repeat(20);
/** Larger files are in the store. */
const LARGE = 10_000;
const PAGE = 3;

/**
 * Answers as the hub's own interface does where its client asks: what a revision stands for, what lies in it, page by page,
 * and files, of which large ones come from a store on another host.
 */
export class HubServer {
  readonly requests: Arrived[] = [];
  faults: HubFaults = {};
  /** Accepted in `Authorization`. */
  readonly token = ["hf", "loopback", "0123456789abcdef"].join("_");
  readonly #repositories = new Map<string, LoopbackRepository>();
  readonly #hub: Server = createServer((request, response) => void this.#answer("hub", request, response));
  readonly #store: Server = createServer((request, response) => void this.#answer("store", request, response));
  #goOn: (() => void)[] = [];

  /** @param repositories what was pushed, by "owner/name" */
  constructor(repositories: Readonly<Record<string, LoopbackRepository>> = {}) {
    for (const [name, repository] of Object.entries(repositories)) this.push(name, repository);
  }

  async listen(): Promise<void> {
    for (const server of [this.#hub, this.#store]) await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  get store(): string {
    return `http://127.0.0.1:${(this.#store.address() as AddressInfo).port}`;
  }

  push(name: string, repository: LoopbackRepository): void {
    this.#repositories.set(name, repository);
  }

  /** Bytes that the hub and the store have sent of files. */
  sent = 0;

  /** What is held goes on. */
  goOn(): void {
    for (const release of this.#goOn.splice(0)) release();
  }

  get holds(): boolean {
    return this.#goOn.length > 0;
  }

  async stop(): Promise<void> {
    this.goOn();
    for (const server of [this.#hub, this.#store]) {
      server.closeAllConnections();
      await new Promise<void>((down) => server.close(() => down()));
    }
  }

  async #answer(at: "hub" | "store", request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", at === "hub" ? this.endpoint : this.store);
    const arrived: Arrived = {
      at,
      path: decodeURIComponent(url.pathname),
      authorization: request.headers.authorization,
      range: request.headers.range,
    };
    this.requests.push(arrived);
    if (this.faults.silent?.(arrived)) return;
    const fault = this.faults.status?.(arrived);
    if (fault !== undefined) {
      response.writeHead(fault.status, fault.headers).end("out of order");
      return;
    }
    if (at === "store") await this.#stored(arrived, response);
    else await this.#asked(arrived, url, response);
  }

  async #asked(arrived: Arrived, url: URL, response: ServerResponse): Promise<void> {
    const [, owner, name, what, revision = "main", rest = ""] =
      /^\/api\/models\/([^/]+)\/([^/]+)\/(revision|tree)\/(.+?)()$/.exec(arrived.path) ??
      /^\/([^/]+)\/([^/]+)\/(resolve)\/([^/]+)\/(.+)$/.exec(arrived.path) ??
      /^\/api\/resolve-cache\/models\/([^/]+)\/([^/]+)()\/([^/]+)\/(.+)$/.exec(arrived.path) ??
      [];
    const repository = this.#repositories.get(`${owner}/${name}`);
    const isKnown = arrived.authorization === `Bearer ${this.token}`;
    if (repository === undefined || (repository.access === "private" && !isKnown))
      return sendError(response, isKnown ? 404 : 401, "RepoNotFound", "Repository not found");
    const commit = commitOf(repository, revision);
    if (commit === undefined) return sendError(response, 404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    if (what === "revision") {
      const { access = false } = repository;
      const info = {
        _id: "0",
        id: `${owner}/${name}`,
        sha: commit,
        private: access === "private",
        downloads: 1,
        likes: 1,
      };
      return sendJson(response, {
        ...info,
        gated: access === "gated" && "manual",
        lastModified: "2026-01-01T00:00:00Z",
      });
    }
    const files = repository.earlier?.[commit] ?? repository.files;
    if (what === "tree") return this.#tree(files, url, response);
    if (repository.access === "gated") return sendError(response, 403, "GatedRepo", "Access is restricted");
    const content = files[rest];
    if (content === undefined) return sendError(response, 404, "EntryNotFound", "Entry not found");
    const bytes = Buffer.from(content);
    const headers = { "x-repo-commit": commit, "accept-ranges": "bytes" };
    const digest = digestOf(bytes);
    if (this.faults.location !== undefined) {
      response.writeHead(302, { location: this.faults.location }).end();
    } else if (bytes.length > LARGE) {
      const etag = this.faults.etag?.(arrived) ?? `"${digest}"`;
      const linked = { "x-linked-etag": etag, "x-linked-size": String(bytes.length) };
      response.writeHead(302, { ...headers, ...linked, location: `${this.store}/${digest}?signature=secret` }).end();
    } else if (what === "resolve") {
      response
        .writeHead(307, { ...headers, location: `/api/resolve-cache/models/${owner}/${name}/${commit}/${rest}` })
        .end();
    } else {
      await this.#send(arrived, bytes, { ...headers, etag: this.faults.etag?.(arrived) ?? `"${digest}"` }, response);
    }
  }

  #tree(files: LoopbackRepository["files"], url: URL, response: ServerResponse): void {
    const folders = new Set(
      Object.keys(files).flatMap((path) => (path.includes("/") ? [path.slice(0, path.lastIndexOf("/"))] : [])),
    );
    const all = [
      ...[...folders].map((path) => ({ type: "directory", oid: "0".repeat(40), size: 0, path })),
      ...Object.entries(files).map(([path, content]) => entry(path, Buffer.from(content))),
      ...(this.faults.listed ?? []),
    ];
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const next = new URL(`${url.pathname}${url.search}`, this.faults.pages ?? url);
    next.searchParams.set("cursor", String(from + PAGE));
    const link = from + PAGE < all.length ? { link: `<${next.href}>; rel="next"` } : {};
    sendJson(response, all.slice(from, from + PAGE), link);
  }

  async #stored(arrived: Arrived, response: ServerResponse): Promise<void> {
    const digest = arrived.path.slice(1);
    const all = [...this.#repositories.values()]
      .flatMap(({ files, earlier = {} }) => [files, ...Object.values(earlier)].flatMap((all) => Object.values(all)))
      .map((file) => Buffer.from(file));
    const bytes = all.find((file) => digestOf(file) === digest);
    if (bytes === undefined) response.writeHead(403).end("no such link");
    else await this.#send(arrived, bytes, { etag: `"store-${digest.slice(0, 8)}"` }, response);
  }

  async #send(
    arrived: Arrived,
    whole: Buffer,
    headers: Record<string, string>,
    response: ServerResponse,
  ): Promise<void> {
    const content = this.faults.spoilt?.(arrived) ? Buffer.from(whole.map((byte) => byte ^ 1)) : whole;
    const [, from] = /^bytes=(\d+)-$/.exec(arrived.range ?? "") ?? [];
    const isPart = from !== undefined && !this.faults.withoutRange;
    const start = isPart ? Number(from) : 0;
    if (isPart && start >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const part = content.subarray(start);
    const range = isPart ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(isPart ? 206 : 200, { ...headers, ...range, "content-length": part.length });
    const held = this.faults.held?.(arrived);
    if (held !== undefined) {
      this.#write(response, part.subarray(0, held));
      await new Promise<void>((release) => this.#goOn.push(release));
    }
    const cut = this.faults.cut?.(arrived) ?? part.length;
    if (this.faults.paced !== undefined && arrived.at === "store") {
      await this.#sendPaced(response, part, this.faults.paced);
      return;
    }
    this.#write(response, part.subarray(held ?? 0, cut), () =>
      cut < part.length ? response.destroy() : response.end(),
    );
  }

  async #sendPaced(response: ServerResponse, part: Buffer, pace: number): Promise<void> {
    const last = part.length - 1;
    for (let at = 0; at < last && !response.destroyed; at += pace) {
      this.#write(response, part.subarray(at, Math.min(at + pace, last)));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await new Promise<void>((release) => this.#goOn.push(release));
    response.end(part.subarray(last));
  }

  #write(response: ServerResponse, bytes: Buffer, then: () => void = () => undefined): void {
    this.sent += bytes.length;
    response.write(bytes, then);
  }
}

function commitOf(
  { commit = COMMIT, revisions = {}, earlier = {} }: LoopbackRepository,
  revision: string,
): string | undefined {
  const named: Readonly<Record<string, string>> = { main: commit, HEAD: commit, ...revisions };
  return named[revision] ?? [...Object.values(named), ...Object.keys(earlier)].find((each) => each === revision);
}

function entry(path: string, bytes: Buffer): object {
  // Of large files, Git has a small one that names them.
  const pointer = `version 1\noid sha256:${digestOf(bytes)}\nsize ${bytes.length}\n`;
  const inGit = bytes.length > LARGE ? Buffer.from(pointer) : bytes;
  const oid = createHash("sha1").update(`blob ${inGit.length}\0`).update(inGit).digest("hex");
  const lfs = { oid: digestOf(bytes), size: bytes.length, pointerSize: inGit.length };
  return { type: "file", oid, size: bytes.length, path, ...(bytes.length > LARGE && { lfs, xetHash: lfs.oid }) };
}

const digestOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function sendJson(response: ServerResponse, json: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8", ...headers }).end(JSON.stringify(json));
}

function sendError(response: ServerResponse, status: number, code: string, error: string): void {
  response
    .writeHead(status, { "content-type": "application/json", "x-error-code": code, "x-error-message": error })
    .end(JSON.stringify({ error }));
}
