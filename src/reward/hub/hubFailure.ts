import { UserError } from "../../system/userError.ts";
import { type HubName, hubNameText, repositoryOf } from "./hubName.ts";

/** What a server said, as far as it matters for what to do about it: a status, nothing at all, or not all of it. */
export type HubAnswer =
  | { readonly kind: "status"; readonly status: number; readonly code: string | null; readonly isHub: boolean }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "silent"; readonly ms: number }
  | { readonly kind: "nonsense"; readonly reason: string };

/** A request that brought nothing. */
export class HubFailure extends Error {
  override readonly name = "HubFailure";
  readonly answer: HubAnswer;
  readonly host: string;
  /** Milliseconds after which the server wants to be asked again, where it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(answer: HubAnswer, host: string, retryAfterMs?: number) {
    super(`${host}: ${JSON.stringify(answer)}`);
    this.answer = answer;
    this.host = host;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same may be answered when it is asked again. */
  get transient(): boolean {
    const { answer } = this;
    if (answer.kind !== "status") return answer.kind !== "nonsense";
    // Links to other hosts are good for a while only: the hub gives another.
    return !answer.isHub || answer.status === 408 || answer.status === 429 || answer.status >= 500;
  }
}

interface Circumstances {
  readonly name: HubName;
  /** Address of the hub. */
  readonly endpoint: string;
  readonly hasToken: boolean;
}

/** What went wrong, and what to do about it. Addresses beyond the hub's own hold keys in them and are not told. */
export function failureError(failure: HubFailure, circumstances: Circumstances): UserError {
  return new UserError(failureText(failure, circumstances), { cause: failure });
}

const KEPT = "What has come is kept, and the next download goes on from there.";

/** Kernels of the editor have no token: it is for the process that downloads and does nothing else. */
const withToken = (repository: string): string =>
  `set HF_TOKEN to a token of yours that may read it, and download it with "optimas backbone hub:${repository}", or with the editor's command Download Reward Backbone`;

function failureText({ answer, host, retryAfterMs }: HubFailure, circumstances: Circumstances): string {
  const repository = repositoryOf(circumstances.name);
  switch (answer.kind) {
    case "unreachable":
      return `${repository} was not downloaded, for ${host} does not answer: ${answer.reason}. Check the network and, where it is set, the hub's address in HF_ENDPOINT.`;
    case "broken":
      return `The connection to ${host} broke again and again while ${repository} was downloaded: ${answer.reason}. ${KEPT}`;
    case "silent":
      return `${host} sent nothing for ${answer.ms / 1000} s while ${repository} was downloaded. ${KEPT}`;
    case "nonsense":
      return `${host} does not answer as a hub does: ${answer.reason}. Check the hub's address (HF_ENDPOINT).`;
    case "status":
      return statusText(answer, host, retryAfterMs, circumstances);
  }
}

function statusText(
  { status, code, isHub }: Extract<HubAnswer, { kind: "status" }>,
  host: string,
  retryAfterMs: number | undefined,
  { name, endpoint, hasToken }: Circumstances,
): string {
  const repository = repositoryOf(name);
  const page = `${endpoint}/${repository}`;
  if (!isHub) return `${host}, where the hub sends for files of ${repository}, answers with HTTP ${status}. ${KEPT}`;
  if (status === 429) {
    const when = retryAfterMs === undefined ? "later" : `in ${Math.ceil(retryAfterMs / 1000)} s`;
    return `${host} wants fewer requests (HTTP 429). Try again ${when}${hasToken ? "" : ", or set HF_TOKEN to a token of yours"}. ${KEPT}`;
  }
  if (status === 404 && code === "RevisionNotFound")
    return `${repository} has no revision ${name.revision}; look at ${page} for those that it has.`;
  if (status === 403 || code === "GatedRepo")
    return `${repository} is given to those alone whom its owner lets in: ask for access on ${page}, then ${withToken(repository)}.`;
  if (status === 401 && hasToken)
    return `The hub knows no ${repository} that the token in HF_TOKEN may read. Check the name, and the token.`;
  if (status === 404 || status === 401)
    return `The hub knows no ${repository}. Check the name on ${page}; where it is private, ${withToken(repository)}.`;
  return `${host} answers with HTTP ${status} when asked for ${hubNameText(name)}${status >= 500 ? `. Try again later. ${KEPT}` : "."}`;
}
