import type { ModelDescriptions } from "../modelAccess.ts";
import { accountOf } from "../providers/provider.ts";

/** Address of the server of a model, where the workspace says it: models of the same name on two servers are two. */
export function describedServer(name: string, { servers }: Pick<ModelDescriptions, "servers">): string | undefined {
  const provider = name.split(":", 1)[0] ?? "";
  return servers.get(accountOf(provider))?.baseUrl;
}
