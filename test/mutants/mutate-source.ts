/** Loaded before a run (`node --import`): replaces the text of one source, as the environment says (engine-rules.ts). */

import { registerHooks } from 'node:module';
import { RULE_MUTATIONS } from './engine-rules.ts';

const mutation = RULE_MUTATIONS[Number(process.env.FLATLINE_MUTATION ?? -1)];

if (mutation) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/${mutation.file}`)) return loaded;
      const text = String(loaded.source);
      if (!text.includes(mutation.from)) throw new Error(`${mutation.file} has no text "${mutation.from}"`);
      return { ...loaded, source: text.replaceAll(mutation.from, mutation.to) };
    },
  });
}
