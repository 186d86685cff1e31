import * as vscode from "vscode";
import type { Row } from "./row.ts";

/** What a click on a row does, and what the command is called for screen readers. */
const clicks: Readonly<Record<NonNullable<Row["does"]>, string>> = {
  "go to definition": "optimas.goToDefinition",
  "open run": "optimas.openRun",
  "show diff": "optimas.showDiff",
};

/** Shows rows as a tree of the editor. Rows are made anew when something changed; what was opened stays open by its id. */
export class RowTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #roots: () => readonly Row[];
  readonly #changed = new vscode.EventEmitter<void>();
  /** Parents of the rows that were made last, by the ids of their children. */
  #parents = new Map<string, Row>();
  #made: readonly Row[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  /** @param roots makes the outermost rows as they are now */
  constructor(roots: () => readonly Row[]) {
    this.#roots = roots;
  }

  /** Asks for all rows anew. */
  refresh(): void {
    this.#changed.fire();
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
    if (row.does !== undefined) item.command = { command: clicks[row.does], title: row.label, arguments: [row] };
    return item;
  }

  getChildren(row?: Row): Row[] {
    if (row === undefined) {
      this.#parents = new Map();
      this.#made = this.#roots();
      return [...this.#made];
    }
    const children = row.children?.() ?? [];
    for (const child of children) this.#parents.set(child.id, row);
    return [...children];
  }

  getParent(row: Row): Row | undefined {
    return this.#parents.get(row.id);
  }

  /** The outermost row with this id, of those that are shown. */
  root(id: string): Row | undefined {
    return this.#made.find((row) => row.id === id);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
