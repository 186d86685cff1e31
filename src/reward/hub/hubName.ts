import { UserError } from "../../system/userError.ts";

/** A repository of the hub, at one of its revisions. */
export interface HubName {
  readonly owner: string;
  readonly name: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

const USUAL_REVISION = "main";

/** A part of a name also names a folder: no dots alone, none at the ends, where some systems drop them. */
const part = /^\w(?:[\w.-]*\w)?$/;
const revisionForm = /^\w[\w./-]*$/;
const LONGEST = 96;

/**
 * What "owner/name" or "owner/name@revision" means.
 * @throws UserError where it is neither
 */
export function hubName(text: string): HubName {
  const [path = "", revision = USUAL_REVISION, ...more] = text.split("@");
  const [owner = "", name = "", ...further] = path.split("/");
  const isName = [owner, name].every((each) => part.test(each) && !each.includes("..") && each.length <= LONGEST);
  const isRevision = revisionForm.test(revision) && !revision.includes("..") && revision.length <= LONGEST;
  if (!isName || !isRevision || further.length > 0 || more.length > 0)
    throw new UserError(
      `"${text}" names no backbone of the hub; write owner/name, or owner/name@revision for another revision than ${USUAL_REVISION}.`,
    );
  return { owner, name, revision };
}

/** "owner/name". */
export const repositoryOf = ({ owner, name }: Pick<HubName, "owner" | "name">): string => `${owner}/${name}`;

/** As a person would write it: the usual revision goes without saying. */
export function hubNameText(name: HubName): string {
  return name.revision === USUAL_REVISION ? repositoryOf(name) : `${repositoryOf(name)}@${name.revision}`;
}
