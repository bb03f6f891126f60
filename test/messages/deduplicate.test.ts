import { describe, expect, test } from 'vitest';
import { createDeduplicator } from '../../lambda/app/notifier/deduplicate.ts';
import type { Notification } from '../../lambda/views/messages/notification.ts';

type Known = Pick<Notification, 'id' | 'standing'>;

const notification = (id: string, is: string, quiet: boolean): Known => ({
  id,
  standing: { of: 'account alpha', is, quiet },
});
const HOUR = 3_600_000;

describe('a notification that was sent', () => {
  test('is not sent again when AWS delivers its line twice', () => {
    const deduplicator = createDeduplicator();
    deduplicator.note({ id: 'a' }, 0);
    expect([deduplicator.isNews({ id: 'a' }, 1), deduplicator.isNews({ id: 'b' }, 1)]).toEqual([false, true]);
  });

  test('is sent again when its first delivery was not noted', () => {
    const deduplicator = createDeduplicator();
    expect(deduplicator.isNews({ id: 'a' }, 0)).toBe(true);
    expect(deduplicator.isNews({ id: 'a' }, 1)).toBe(true);
  });

  test.each<readonly [what: string, next: Known, atMs: number, isNews: boolean]>([
    ['the same found again a minute later', notification('b', 'open BTC', true), 60_000, false],
    ['the same found again, and no longer for an hour', notification('b', 'open BTC', true), HOUR - 1, false],
    ['the same found again an hour later, as a reminder', notification('b', 'open BTC', true), HOUR, true],
    ['something else found', notification('b', 'open ETH', true), 60_000, true],
    ['the same, of somebody who asked', notification('b', 'open BTC', false), 60_000, true],
  ])('%s: news %#', (_what, next, atMs, isNews) => {
    const deduplicator = createDeduplicator();
    deduplicator.note(notification('a', 'open BTC', false), 0);
    expect(deduplicator.isNews(next, atMs)).toBe(isNews);
  });

  test('is sent again when the state was different in between', () => {
    const deduplicator = createDeduplicator();
    deduplicator.note(notification('a', 'open', true), 0);
    deduplicator.note(notification('b', 'flat', false), 1);
    expect(deduplicator.isNews(notification('c', 'open', true), 2)).toBe(true);
  });

  test('on a stage counts as sent only after the stage is published', () => {
    const deduplicator = createDeduplicator();
    deduplicator.note(notification('before', 'open', false), 0);
    const stage = deduplicator.stage();
    stage.note({ id: 'a' }, 1);
    expect([
      stage.isNews({ id: 'a' }, 2),
      stage.isNews({ id: 'before' }, 2),
      deduplicator.isNews({ id: 'a' }, 2),
    ]).toEqual([...[false, false, true]]);
    expect(stage.isNews(notification('b', 'open', true), 2)).toBe(false);
  });

  test('is forgotten when more than 10,000 newer ones follow', () => {
    const deduplicator = createDeduplicator();
    for (let index = 0; index <= 10_000; index += 1) deduplicator.note({ id: String(index) }, index);
    expect(deduplicator.isNews({ id: '0' }, 20_000)).toBe(true);
    expect(deduplicator.isNews({ id: '1' }, 20_000)).toBe(false);
  });
});
