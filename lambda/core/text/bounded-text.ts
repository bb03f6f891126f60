/** The text, or its start and a note of its full length: at most `mostChars` characters in all. */
export function boundedText(text: string, mostChars: number): string {
  if (text.length <= mostChars) return text;
  const note = `… (cut, ${text.length} characters)`;
  return `${text.slice(0, Math.max(0, mostChars - note.length))}${note}`.slice(0, mostChars).toWellFormed();
}
