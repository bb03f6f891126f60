/** Searches all output for the run's own key and secret, and for anything that looks like a signature. */

/** Binance signs with HMAC-SHA-256: 64 hexadecimal digits. */
const SIGNATURE = /signature["']?\s*[=:]\s*["']?[0-9a-f]{64}/i;

/** Returns where something was found, never what. */
export function findLeaks(secrets: readonly string[], places: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(places).flatMap(([place, content]) => {
    const text = JSON.stringify(content) ?? '';
    const found = secrets.some(secret => text.includes(secret)) || SIGNATURE.test(text);
    return found ? [`found in ${place}`] : [];
  });
}
