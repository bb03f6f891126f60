/** On a busy machine a liquidation of the storm may be left open: ticks come until each account is flat. */

import { expect, test } from 'vitest';
import type { Answer } from '../../lambda/contract.ts';
import type { ScenarioStep, Scene } from '../../simulator/scenarios/scenario.ts';
import { storm } from '../../simulator/scenarios/storm.ts';
import { answer } from './kept-promise.ts';

const again = storm.steps.find(
  (step): step is Extract<ScenarioStep, { kind: 'repeat' }> =>
    step.kind === 'repeat' && step.says === 'every liquidation ended flat',
);

const sceneOf = (answers: readonly Answer[], changes: Partial<Scene> = {}): Scene =>
  ({ bots: [{ botId: 'a0', beats: [] }], answers, nowMs: 0, lastTickAtMs: 0, ...changes }) as unknown as Scene;
const ended = (state: Answer['state'], changes: Partial<Answer> = {}): Answer =>
  answer({ bot_id: 'a0', trigger: 'watchdog', state, ...changes });

test.each<readonly [string, readonly Answer[], boolean]>([
  ['nobody has answered', [], false],
  ['its only run goes on', [ended('partial')], false],
  ['a later run ended flat', [ended('partial'), ended('completed')], true],
  ['another bot is flat', [ended('completed', { bot_id: 'a1' })], false],
  ['a replay says so, which is no run', [ended('partial'), ended('completed', { replayed: true })], false],
])('%s: over is %j', (_name, answers, over) => {
  expect(again?.holds(sceneOf(answers))).toBe(over);
});

test('the next watchdog run comes a minute after the one before, as on EventBridge', () => {
  const due = again?.steps.find(step => step.kind === 'until');
  expect(due?.holds(sceneOf([], { nowMs: 59_999 }))).toBe(false);
  expect(due?.holds(sceneOf([], { nowMs: 60_000 }))).toBe(true);
});
