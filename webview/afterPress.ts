let isHeld = false;
let waiting: (() => void)[] = [];

function release(): void {
  if (!isHeld) return;
  isHeld = false;
  // What was pressed hears of it after the page hears of the release.
  setTimeout(act);
}

function act(): void {
  if (isHeld) return;
  const acts = waiting;
  waiting = [];
  for (const one of acts) one();
}

/** What is dragged is no press: the page goes on under a slider, and does not always hear of the end at a scrollbar. */
function isDrag({ target, clientX, clientY }: PointerEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches("input[type=range]")) return true;
  if (target.clientWidth === 0) return false;
  const { left, top } = target.getBoundingClientRect();
  const isRoot = target === document.documentElement;
  const x = isRoot ? clientX : clientX - left - target.clientLeft;
  const y = isRoot ? clientY : clientY - top - target.clientTop;
  return x >= target.clientWidth || y >= target.clientHeight;
}

window.addEventListener("pointerdown", (event) => (isHeld ||= !isDrag(event)), { capture: true });
for (const end of ["pointerup", "pointercancel"] as const) window.addEventListener(end, release, { capture: true });
// It may have been let go where the page does not hear of it.
window.addEventListener("pointermove", ({ buttons }) => buttons === 0 && release(), { capture: true, passive: true });

/**
 * Acts at once, or while a pointer is held down, when it was let go; always in the order of asking. For what moves or makes
 * anew parts of a page without the person's doing: a button that moves away under a pointer is not pressed.
 */
export function afterPress(one: () => void): void {
  if (isHeld || waiting.length > 0) waiting.push(one);
  else one();
}
