/** Texts that others wrote, cut to what their carrier takes. What was cut is said. */

/** Gives the text, or its beginning and how long it was: at most `mostChars` characters in all. */
export function boundedText(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const note = `… (cut, ${text.length} characters)`;
  return `${text.slice(0, Math.max(0, mostChars - note.length))}${note}`.slice(0, mostChars).toWellFormed();
}
