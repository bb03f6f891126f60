/** The known name nearest to an unknown one, for error messages. Nothing is corrected by it. */

const LONGEST_NAME = 60;

/** The known name that `name` was probably meant to be: a typing error, or a part of it. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  return typoOf(name, known) ?? partOf(name, known);
}

/** The known name that differs from `name` by case, separators, or about one letter in four. */
export function typoOf(name: string, known: readonly string[]): string | undefined {
  // An edit distance costs the product of both lengths, and `name` may have 100 kB.
  if (name.length > LONGEST_NAME) return undefined;
  const plainName = plain(name);
  let nearest: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const plainCandidate = plain(candidate);
    const distance = editDistance(plainName, plainCandidate);
    const allowed = Math.max(1, Math.floor(plainCandidate.length / 4));
    if (distance <= allowed && (nearest === undefined || distance < nearest.distance))
      nearest = { candidate, distance };
  }
  return nearest?.candidate;
}

function partOf(name: string, known: readonly string[]): string | undefined {
  const part = plain(name);
  if (part.length < 3 || part.length > LONGEST_NAME) return undefined;
  return known.find(candidate => plain(candidate).includes(part) || part.includes(plain(candidate)));
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_.-]/g, '');

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY;
