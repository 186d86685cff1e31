/** Time as it passes. */
export const systemClock = {
  now: (): number => Date.now(),
  after(ms: number, action: () => void): () => void {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
