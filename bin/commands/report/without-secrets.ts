/**
 * Redacts from an incident everything that has the shape of a secret, wherever it may be: a reason, an error's text, an
 * item edited by hand. The report shows only the hashes of seals, which it takes from the record itself.
 */

import type { Incident } from '../../incident/incident.ts';
import { bundleRedaction } from '../../incident/redact.ts';

/** The same incident, every text and every name of a field cleaned; `undefined` stays undefined. */
export function withoutSecrets(incident: Incident): Incident {
  const { text } = bundleRedaction(new Set());
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [text(name), clean(member)]));
  };
  return clean(incident) as Incident;
}
