/** The colours that the editor's own themes hand to outputs, as far as the renderer asks for them. */
export const themes = {
  dark: {
    body: "vscode-dark",
    variables: {
      "--vscode-foreground": "#cccccc",
      "--vscode-descriptionForeground": "#9d9d9d",
      "--vscode-editor-background": "#1f1f1f",
      "--vscode-panel-border": "#2b2b2b",
      "--vscode-focusBorder": "#0078d4",
      "--vscode-button-background": "#0078d4",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-hoverBackground": "#026ec1",
      "--vscode-button-border": "#ffffff12",
      "--vscode-button-secondaryBackground": "#313131",
      "--vscode-button-secondaryForeground": "#cccccc",
      "--vscode-badge-background": "#616161",
      "--vscode-badge-foreground": "#f8f8f8",
      "--vscode-progressBar-background": "#0078d4",
      "--vscode-charts-blue": "#3794ff",
      "--vscode-charts-green": "#89d185",
      "--vscode-charts-red": "#f14c4c",
      "--vscode-textLink-foreground": "#4daafc",
      "--vscode-textCodeBlock-background": "#2b2b2b",
      "--vscode-diffEditor-insertedTextBackground": "#9ccc2c33",
      "--vscode-diffEditor-removedTextBackground": "#ff000033",
      "--vscode-list-hoverBackground": "#2a2d2e",
    },
  },
  light: {
    body: "vscode-light",
    variables: {
      "--vscode-foreground": "#3b3b3b",
      "--vscode-descriptionForeground": "#3b3b3b",
      "--vscode-editor-background": "#ffffff",
      "--vscode-panel-border": "#e5e5e5",
      "--vscode-focusBorder": "#005fb8",
      "--vscode-button-background": "#005fb8",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-hoverBackground": "#0258a8",
      "--vscode-button-border": "#0000001a",
      "--vscode-button-secondaryBackground": "#e5e5e5",
      "--vscode-button-secondaryForeground": "#3b3b3b",
      "--vscode-badge-background": "#cccccc",
      "--vscode-badge-foreground": "#3b3b3b",
      "--vscode-progressBar-background": "#005fb8",
      "--vscode-charts-blue": "#1a85ff",
      "--vscode-charts-green": "#388a34",
      "--vscode-charts-red": "#e51400",
      "--vscode-textLink-foreground": "#005fb8",
      "--vscode-textCodeBlock-background": "#f8f8f8",
      "--vscode-diffEditor-insertedTextBackground": "#9ccc2c40",
      "--vscode-diffEditor-removedTextBackground": "#ff000033",
      "--vscode-list-hoverBackground": "#f2f2f2",
    },
  },
  "high-contrast": {
    body: "vscode-high-contrast",
    variables: {
      "--vscode-foreground": "#ffffff",
      "--vscode-descriptionForeground": "#ffffffb3",
      "--vscode-editor-background": "#000000",
      "--vscode-contrastBorder": "#6fc3df",
      "--vscode-contrastActiveBorder": "#f38518",
      "--vscode-panel-border": "#6fc3df",
      "--vscode-focusBorder": "#f38518",
      "--vscode-button-background": "#000000",
      "--vscode-button-foreground": "#ffffff",
      "--vscode-button-border": "#6fc3df",
      "--vscode-button-secondaryForeground": "#ffffff",
      "--vscode-badge-background": "#000000",
      "--vscode-badge-foreground": "#ffffff",
      "--vscode-progressBar-background": "#6fc3df",
      "--vscode-charts-blue": "#3794ff",
      "--vscode-charts-green": "#89d185",
      "--vscode-charts-red": "#f48771",
      "--vscode-textLink-foreground": "#21a6ff",
    },
  },
} as const;

export type ThemeName = keyof typeof themes;

/** A page as outputs of a notebook stand in it. */
export function themedPage(name: ThemeName): string {
  const { body, variables } = themes[name];
  const colours = Object.entries(variables).map(([variable, value]) => `${variable}: ${value};`);
  return `<!doctype html><html lang="en"><head><title>Outputs</title><style>
html { ${colours.join(" ")} --vscode-font-family: "DejaVu Sans", sans-serif; --vscode-font-size: 13px; --vscode-editor-font-family: "DejaVu Sans Mono", monospace; --vscode-editor-font-size: 12px; }
body { margin: 12px; background: var(--vscode-editor-background); }
</style></head><body class="${body}"><div id="output"></div><script type="module" src="/editor.js"></script></body></html>`;
}
