/** When the extension's code began to run; imported first, so that loading the rest counts as activation. */
export const loadedAt = performance.now();
