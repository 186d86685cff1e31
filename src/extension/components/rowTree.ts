import * as vscode from "vscode";
import { KeptRows, type Renewed } from "./keptRows.ts";
import type { Row } from "./row.ts";

/** How long a press waits for the row that it was on, while the editor asks for all rows anew; looked for so often. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 50;

/** What a press on a row does; the row is the argument. */
const clicks: Readonly<Record<NonNullable<Row["does"]>, string>> = {
  "go to definition": "optimas.goToDefinition",
  "open run": "optimas.openRun",
  "show diff": "optimas.showDiff",
};

/**
 * Shows rows as a tree of the editor. Rows are made anew when something changed, and only those that read otherwise are
 * told; what was opened stays open by its id.
 */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #press: string;
  readonly #make: () => readonly Row[];
  readonly #changed = new vscode.EventEmitter<Row[] | undefined>();
  readonly #kept = new KeptRows();

  readonly onDidChangeTreeData = this.#changed.event;

  /**
   * @param view its id
   * @param make makes the outermost rows as they are now
   */
  constructor(view: string, make: () => readonly Row[]) {
    // Nobody but the editor calls it.
    this.#press = `_${view}.press`;
    this.#make = make;
  }

  /**
   * Has presses on the rows of a view do what they are to do. The editor keeps the arguments of a row's command only until
   * the row reads otherwise, and fails a press that comes in between: so the command has none, and looks which row it was.
   */
  pressesIn(view: vscode.TreeView<Row>): vscode.Disposable {
    return vscode.commands.registerCommand(this.#press, async () => {
      const row = await selectedIn(view);
      if (row?.does !== undefined) await vscode.commands.executeCommand(clicks[row.does], row);
    });
  }

  /** Makes the rows anew, and has those drawn again that read otherwise. */
  refresh(): void {
    // Nobody has asked for rows yet: whoever does gets them as they are then.
    if (this.#kept.roots !== undefined) this.#tell(this.#kept.renew(this.#make()));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = row.children === undefined ? None : row.open === true ? Expanded : Collapsed;
    const item = new vscode.TreeItem(row.label, state);
    item.id = row.id;
    item.contextValue = row.context;
    const { name, color } = row.icon;
    item.iconPath = new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.accessibilityInformation = { label: row.spoken };
    if (row.description !== undefined) item.description = row.description;
    if (row.tooltip !== undefined) item.tooltip = row.tooltip;
    if (row.does !== undefined) item.command = { command: this.#press, title: row.label };
    return item;
  }

  getChildren(row?: Row): Row[] {
    if (row !== undefined) return [...this.#kept.childrenOf(row)];
    this.refresh();
    if (this.#kept.roots === undefined) this.#kept.renew(this.#make());
    return [...(this.#kept.roots ?? [])];
  }

  getParent(row: Row): Row | undefined {
    return this.#kept.parentOf(row);
  }

  /** The outermost row with this id. */
  root(id: string): Row | undefined {
    return this.getChildren().find((row) => row.id === id);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #tell(renewed: Renewed): void {
    if (renewed === "all") this.#changed.fire(undefined);
    else if (renewed.length > 0) this.#changed.fire([...renewed]);
  }
}

/** The row that is selected: what is pressed is selected first. */
async function selectedIn(view: vscode.TreeView<Row>): Promise<Row | undefined> {
  for (let waited = 0; view.selection.length === 0 && waited < PATIENCE_MS; waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return view.selection[0];
}
