import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";

type Service = ts.server.ProjectService;

/** What is put off until every open file has its project. */
interface Opening {
  /** Open, and in no project yet; the last of those, so that it is looked at again only when all before it are in. */
  last?: ts.Path;
  /** Builds the graphs that were put off. */
  readonly putOff: Map<ts.server.Project, () => boolean>;
}

const openings = new WeakMap<Service, Opening>();

/**
 * Builds the graph of a project without configuration once for all files that are opened together. The server builds it
 * after each of them: 500 cells of a notebook cost it 9 s of computing, in both servers that the editor starts.
 */
export function openTogether(project: ts.server.Project, attempt: Attempt): void {
  const service = project.projectService;
  const opening = openings.get(service) ?? { putOff: new Map() };
  openings.set(service, opening);
  const updateGraph = project.updateGraph.bind(project);
  project.updateGraph = () => {
    const waits = attempt(
      "opening files together",
      () => isAwaited(service, opening),
      () => false,
    );
    if (waits) {
      // The project stays marked as changed, so whoever needs its graph sooner has it built.
      opening.putOff.set(project, updateGraph);
      return false;
    }
    const others = [...opening.putOff];
    opening.putOff.clear();
    for (const [other, update] of others) if (other !== project && !other.isClosed()) update();
    return updateGraph();
  };
}

/** Whether a file is open that has no project yet: the server is about to give it one. */
function isAwaited(service: Service, opening: Opening): boolean {
  if (opening.last !== undefined && isWithoutProject(service, opening.last)) return true;
  delete opening.last;
  for (const path of service.openFiles.keys()) if (isWithoutProject(service, path)) opening.last = path;
  return opening.last !== undefined;
}

function isWithoutProject(service: Service, path: ts.Path): boolean {
  return service.openFiles.has(path) && service.getScriptInfoForPath(path)?.isOrphan() === true;
}
