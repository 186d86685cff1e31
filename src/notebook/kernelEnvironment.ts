/** Variables that a child of the editor gets: enough to start, to find its folders, and to reach the network as its user. */
const passedOn: ReadonlySet<string> = new Set([
  "PATH",
  "PATHEXT",
  "HOME",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "XDG_CACHE_HOME",
  "TMP",
  "TEMP",
  "TMPDIR",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "COMSPEC",
  "WINDIR",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  // Where backbones of local rewards come from, and where they are kept.
  "HF_ENDPOINT",
  "XDG_CACHE_HOME",
]);

/** Thread counts of the numeric libraries: `OMP_NUM_THREADS`, `ORT_INTRA_OP_NUM_THREADS` and their like. */
const threadCount = /^(?:OMP|ORT)_(?:\w+_)?THREADS$/;

/**
 * The environment of a kernel that the editor starts, picked from the editor's own by an allow-list: no keys, none of the
 * variables that steer the editor, nothing that changes how Node runs. Names count regardless of case, as on Windows and
 * as programs read the proxy variables.
 * @param electron whether the program that will run the kernel is Electron, which is Node only when told so
 */
export function kernelEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  { electron }: { readonly electron: boolean },
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    const known = name.toUpperCase();
    if (value !== undefined && (passedOn.has(known) || threadCount.test(known))) environment[name] = value;
  }
  if (electron) environment.ELECTRON_RUN_AS_NODE = "1";
  return environment;
}

/**
 * The whole environment of a shell, for a kernel that the command line starts: its user chose what is in it.
 * `NODE_OPTIONS` stays out, for it speaks to the command line's own process (an inspector's port can be had once).
 */
export function shellEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && name.toUpperCase() !== "NODE_OPTIONS") environment[name] = value;
  }
  return environment;
}
