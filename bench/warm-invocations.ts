/**
 * What a warm function keeps after many invocations: heap and resident memory after a collection, open files and
 * sockets, active timers and handles, of the real bundles in processes of their own.
 *
 *   node bench/warm-invocations.ts [--invocations 1000] [--works liquidate,tick]
 *
 * The claim it shows: flat from the hundredth invocation on. test/soak/warm-invocations.test.ts holds a short run to it.
 */

import { parseArgs } from 'node:util';
import { machine } from './machine.ts';
import { type Held, openWarmStage, WORKS } from './warm-invocations-stage.ts';

const { values } = parseArgs({
  options: {
    invocations: { type: 'string', default: '1000' },
    works: { type: 'string', default: WORKS.join(',') },
  },
});
const most = Number(values.invocations);
const looks = [...new Set([10, 100, most])].filter(count => count <= most);

console.log(`${machine()}\n`);
console.log('| | invocations | heap MB | RSS MB | external MB | open files | active handles |');
console.log('|---|---:|---:|---:|---:|---:|---|');
for (const work of WORKS.filter(one => values.works.split(',').includes(one))) {
  // A stage each, so that what one work leaves is not counted as another's.
  const stage = await openWarmStage([work]);
  try {
    let done = 0;
    for (const look of looks) {
      for (; done < look; done += 1) await stage.run(work);
      show(work, done, await stage.held(work));
    }
  } finally {
    await stage.close();
  }
}

function show(work: string, done: number, { heapMb, rssMb, externalMb, descriptors, resources }: Held): void {
  const handles = Object.entries(resources).map(([kind, count]) => `${count} ${kind}`);
  console.log(`| ${work} | ${done} | ${heapMb} | ${rssMb} | ${externalMb} | ${descriptors} | ${handles.join(', ')} |`);
}
