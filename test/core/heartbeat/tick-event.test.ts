import { describe, expect, it } from 'vitest';
import { notATick } from '../../../lambda/core/invocation/refused-event.ts';

const scheduled = (changes: object = {}) => ({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-11-21T12:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/Flatline-WatchdogEachMinute1A2B-XYZ'],
  detail: {},
  ...changes,
});

describe('a tick', () => {
  it.each([
    ['the constant of the rule', { action: 'tick' }],
    ['the raw event of the rule', scheduled()],
  ])('is %s', (_what, event) => {
    expect(notATick(event)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty event', {}],
    ['a text', 'tick'],
    ['the console’s sample', { key1: 'value1', key2: 'value2', key3: 'value3' }],
    ['a liquidator’s event', { trigger: 'manual', bot_id: 'default' }],
    ['a tick and more', { action: 'tick', bot_id: 'default' }],
    ['another action', { action: 'liquidate' }],
    ['another rule’s schedule', scheduled({ resources: ['arn:aws:events:eu-central-1:1:rule/nightly'] })],
    ['two rules', scheduled({ resources: ['arn:x:rule/watchdog', 'arn:x:rule/watchdog'] })],
    ['no rule', scheduled({ resources: [] })],
    ['an event that is not scheduled', scheduled({ 'detail-type': 'EC2 Instance State-change Notification' })],
    ['an event of another service', scheduled({ source: 'aws.ec2' })],
  ])('is not %s, and the answer says what is', (_what, event) => {
    expect(notATick(event)).toContain('{"action":"tick"}');
  });
});
