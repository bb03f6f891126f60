/**
 * The address of the exchange: https, or http on this machine only, and nothing that could be a credential. Every request
 * carries the API key, so a wrong host leaks it.
 */

import type { Ruled, ValueRule } from './value-rules.ts';

const RULE = 'must be an https address, or http on loopback, without credentials, query or fragment';

/** Returns the address without a slash at the end. */
export const baseUrl: ValueRule<string> = raw => {
  if (typeof raw !== 'string' || !/^https?:\/\/[^\s\\]+$/i.test(raw)) return refused('write https://host');
  const url = URL.parse(raw);
  if (url === null) return refused('write https://host');
  if (url.username !== '' || url.password !== '' || raw.includes('@')) return refused('remove the credentials');
  if (/[?#]/.test(raw)) return refused('remove the part that starts with ? or #');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { ok: false, rule: RULE, remedy: 'write https://, because every request carries the API key' };
  }
  return { ok: true, value: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}` };
};

/** True for 127.0.0.0/8, ::1 and localhost, in the spelling that URL gives them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(remedy: string): Ruled<string> {
  return { ok: false, rule: RULE, remedy, hidden: true };
}
