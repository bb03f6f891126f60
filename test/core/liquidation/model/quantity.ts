/** Amounts of the model: whole numbers of thousandths, so that its books never round. */

/** `500` with 3 digits gives "0.500", with 8 digits "0.50000000". */
export function textOf(thousandths: number, digits = 3): string {
  const size = Math.abs(thousandths);
  const whole = Math.floor(size / 1_000);
  const rest = String(size % 1_000).padStart(3, '0');
  const sign = thousandths < 0 ? '-' : '';
  return `${sign}${whole}.${digits <= 3 ? rest : rest.padEnd(digits, '0')}`;
}

/** The value of a decimal text in thousandths; undefined where it has a fraction of one. */
export function thousandthsOf(text: string): number | undefined {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  if (!/^0*$/.test(fraction.slice(3))) return undefined;
  const size = Number(whole) * 1_000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return text.startsWith('-') ? -size : size;
}

export const digitsOf = (text: string): number => text.split('.')[1]?.length ?? 0;
