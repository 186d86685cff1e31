/**
 * The name that was probably meant: the candidate with the fewest single-character edits, when these are at most a third
 * of its length or one contains the other. Case, `_` and `-` do not count.
 */
export function similarName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(name);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, bare(candidate)) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, "");
}

function distanceTo(wanted: string, candidate: string): number {
  const edits = editDistance(wanted, candidate);
  if (edits <= Math.max(wanted.length, candidate.length) / 3) return edits;
  const shorter = Math.min(wanted.length, candidate.length);
  return shorter >= 3 && (wanted.includes(candidate) || candidate.includes(wanted)) ? edits : Infinity;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
