import { createLogUpdate } from "log-update";

/** Shortest time between two drawings, and the longest while nothing happens. */
const REDRAW_MS = 100;
const TICK_MS = 1000;

/** A line at the bottom of a terminal that is drawn over and over. */
export interface LiveStatus {
  /** Makes room for a line; the next drawing comes at once. */
  clear(): void;
  /** Draws, unless it has just done so. */
  draw(): void;
  /** Removes it for good; may be called twice. */
  end(): void;
}

/** @param text the line now */
export function liveStatus(stream: NodeJS.WriteStream, text: () => string): LiveStatus {
  const log = createLogUpdate(stream);
  let drawnAt = 0;
  let ended = false;
  const redraw = (): void => {
    drawnAt = Date.now();
    log(text());
  };
  const timer = setInterval(redraw, TICK_MS);
  timer.unref();
  return {
    clear: () => {
      log.clear();
      drawnAt = 0;
    },
    draw: () => {
      if (!ended && Date.now() - drawnAt >= REDRAW_MS) redraw();
    },
    end: () => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      log.clear();
      log.done();
    },
  };
}
