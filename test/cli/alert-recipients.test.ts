/** What `status` reports about the recipients of messages: of the alerts in its own region, and of the watcher in another. */

import { expect, test } from 'vitest';
import { checkAlertRecipients } from '../../bin/commands/status/alert-recipients.ts';
import type { Connection } from '../../bin/connect/connection.ts';
import type { Subscribers } from '../../bin/connect/functions.ts';
import { CliError, EXIT } from '../../bin/terminal/exit.ts';
import type { Subscription, Subscriptions } from '../../lambda/views/messages/channels.ts';

const MAIL = 'ops@example.com';
const mail = (isConfirmed: boolean): Subscription => ({
  ...{ protocol: 'email', endpoint: MAIL, isConfirmed, isAuthenticated: undefined },
});
const topic = (...subscribed: readonly Subscription[]): Subscriptions => ({ list: async () => subscribed });
const silent: Subscriptions = {
  list: async () => {
    throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  },
};
const afar = (subscriptions: Subscriptions) => ({ region: 'eu-west-1', subscriptions });

const ask = (found: Subscribers | CliError | undefined, email: string | undefined = MAIL) =>
  checkAlertRecipients({
    settings: { alerts: email === undefined ? {} : { email } },
    subscribers: async () => {
      if (found instanceof CliError) throw found;
      return found;
    },
  } as unknown as Connection);

test('a confirmed address in both regions is not mentioned', async () => {
  expect(await ask({ alerts: topic(mail(true)), watcher: afar(topic(mail(true))) })).toEqual({
    wrong: [],
    unknown: [],
  });
});

test('an address that has not confirmed is a problem, in either region', async () => {
  const { wrong } = await ask({ alerts: topic(mail(false)), watcher: afar(topic(mail(false))) });
  expect(wrong).toEqual([
    expect.stringContaining(`no alert arrives by mail: ${MAIL} has not confirmed`),
    expect.stringContaining('THE WATCHER IN eu-west-1 REACHES NOBODY'),
  ]);
});

test('a subscription that SNS has deleted, and a watcher that was never deployed, are problems', async () => {
  const nowhere: Subscriptions = { list: async () => undefined };
  const { wrong } = await ask({ alerts: nowhere, watcher: afar(nowhere) });
  expect(wrong).toEqual([
    expect.stringContaining('is not subscribed'),
    expect.stringContaining('THE WATCHER IN eu-west-1 IS NOT DEPLOYED'),
  ]);
});

test('a watcher’s region that does not answer hides nothing of the own one', async () => {
  const { wrong, unknown } = await ask({ alerts: topic(), watcher: afar(silent) });
  expect(wrong).toEqual([expect.stringContaining('no alert arrives by mail')]);
  expect(unknown).toEqual([expect.stringContaining('The watcher in eu-west-1 could not be checked')]);
});

test.each([
  ['the operator may not ask', new CliError(EXIT.unreachable, 'No permission sns:ListSubscriptionsByTopic.')],
  ['SNS does not answer', { alerts: silent, watcher: undefined }],
])('status prints a remark and no problem for: %s', async (_why, found) => {
  expect(await ask(found)).toEqual({ wrong: [], unknown: [expect.stringContaining('could not be checked')] });
});

test('without a mail address there is nothing to confirm', async () => {
  const asked = await checkAlertRecipients({
    settings: { alerts: {} },
    subscribers: async () => ask(undefined),
  } as never);
  expect(asked).toEqual({ wrong: [], unknown: [] });
});
