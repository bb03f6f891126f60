/** What goes to a chat, and where the chat is. */

import { describe, expect, test } from 'vitest';
import { readChatAddress, secretsIn } from '../../lambda/adapters/chat/chat-address.ts';
import { chatBody } from '../../lambda/adapters/chat/chat-body.ts';
import { alarmMessage } from '../../lambda/views/messages/alarm-message.ts';

const KEY = 'T00000000/B00000000/s3cr3tWebhookKey';

describe('the address of a chat', () => {
  test.each([
    ['Slack', `https://hooks.slack.com/services/${KEY}`, 'slack', undefined],
    ['Discord', `https://discord.com/api/webhooks/123456789012/${KEY}`, 'discord', undefined],
    ['a JSON text', `{"url": "https://chat.example.com/hooks/${KEY}"}`, 'other', undefined],
    ['Telegram', '{"url": "https://api.telegram.org/bot123:abc/sendMessage", "chat_id": -1001}', 'telegram', '-1001'],
    ['Telegram, all in one', 'https://api.telegram.org/bot123:abc/sendMessage?chat_id=@desk', 'telegram', '@desk'],
    ['this machine, for a trial', ` http://127.0.0.1:8080/hook\n`, 'other', undefined],
  ])('of %s is understood', (_what, text, kind, chatId) => {
    expect(readChatAddress(text, 'chat')).toMatchObject({ ok: true, credentials: [{ kind, chatId }] });
  });

  test.each([
    ['nothing', '', 'it is empty'],
    ['half a JSON text', `{"url": "https://hooks.slack.com/services/${KEY}"`, 'it begins like JSON and is none'],
    ['JSON without it', `{"webhook": "https://hooks.slack.com/services/${KEY}"}`, 'url is missing'],
    ['no address', KEY, 'it holds no address'],
    ['an open line', `http://hooks.slack.com/services/${KEY}`, 'must begin with https://'],
    ['a password', 'https://me:s3cr3t@example.com/', 'must not have a name and a password'],
    ['a Telegram bot without a chat', `https://api.telegram.org/bot${KEY}/sendMessage`, 'chat_id is missing'],
    ['another method of Telegram', `{"url": "https://api.telegram.org/bot1:a/getMe", "chat_id": "1"}`, 'sendMessage'],
  ])('that is %s is refused, and no part of it is repeated', (_what, text, problem) => {
    const reading = readChatAddress(text, 'flatline/chat');
    expect(reading).toEqual({ ok: false, problems: [expect.stringContaining(problem)] });
    expect(JSON.stringify(reading)).not.toContain('s3cr3t');
  });

  test('is redacted as a whole and in each of its parts', () => {
    const reading = readChatAddress(`https://hooks.slack.com/services/${KEY}`, 'chat');
    const secrets = reading.ok ? reading.credentials.flatMap(secretsIn) : [];
    expect(secrets).toContain(`https://hooks.slack.com/services/${KEY}`);
    expect(secrets).toContain('s3cr3tWebhookKey');
    expect(secrets).not.toContain('services');
  });
});

describe('a post to a chat', () => {
  const message = { subject: 'FLAT - alpha (production)', text: 'FLAT\nalpha, production', isAboutDelivery: false };

  test.each([
    ['slack', { text: 'FLAT - alpha (production)\nalpha, production', mrkdwn: false }],
    ['discord', { content: 'FLAT - alpha (production)\nalpha, production', allowed_mentions: { parse: [] } }],
    [
      'telegram',
      {
        ...{ chat_id: '7', text: 'FLAT - alpha (production)\nalpha, production' },
        link_preview_options: { is_disabled: true },
      },
    ],
    ['other', { subject: 'FLAT - alpha (production)', text: 'FLAT - alpha (production)\nalpha, production' }],
  ] as const)('for %s has its form, and says the verdict once', (kind, body) => {
    expect(chatBody({ kind, chatId: '7' }, message)).toEqual(body);
  });

  test('mentions no user of the chat', () => {
    const text = 'a reason: <!channel> & <@U1>';
    expect(chatBody({ kind: 'slack', chatId: undefined }, { ...message, text })).toMatchObject({
      text: expect.stringContaining('a reason: &lt;!channel&gt; &amp; &lt;@U1&gt;'),
    });
  });

  test.each([
    ['slack', 4_000],
    ['discord', 2_000],
    ['telegram', 4_096],
  ] as const)('for %s is never longer than it takes: %d characters', (kind, most) => {
    const body = chatBody({ kind, chatId: '7' }, { ...message, text: '€'.repeat(9_000) });
    const { text, content } = body as { text?: string; content?: string };
    expect((text ?? content ?? '').length).toBeLessThanOrEqual(most);
    expect(text ?? content).toMatch(/… \(cut, \d+ characters\)$/);
  });
});

describe('a message of the topic', () => {
  /** As in Amazon CloudWatch's own example of an alarm's notification, shortened. */
  const alarm = {
    AlarmName: 'flatline-production-bot-late',
    AlarmDescription: 'A bot has not reported in time. What to do: docs/troubleshooting.md, Bot is late',
    AWSAccountId: '000000000000',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed: 1 datapoint [1.0 (21/11/26 03:12:00)] was greater than the threshold (0.0).',
    StateChangeTime: '2026-11-21T03:13:00.123+0000',
    Trigger: { MetricName: 'BotsLate', Namespace: 'flatline-production' },
  };
  const sns = (content: object) => ({ Subject: 'ALARM: "flatline-…', Message: JSON.stringify(content) });

  test('an alarm is passed on with its state, its description and its guide', () => {
    expect(alarmMessage(sns(alarm))).toMatchObject({
      subject: 'ALARM - flatline-production-bot-late',
      text: `${alarm.AlarmDescription}\nSince 2026-11-21 03:13:00 UTC.`,
      isAboutDelivery: false,
      incidents: [{ key: 'alarm flatline-production-bot-late', action: 'trigger' }],
    });
  });

  test('the end of an alarm is passed on as ALARM IS OVER', () => {
    expect(alarmMessage(sns({ ...alarm, NewStateValue: 'OK' })).subject).toBe(
      'ALARM IS OVER - flatline-production-bot-late',
    );
  });

  test('the alarm about undelivered messages is recognised by its name', () => {
    const { isAboutDelivery } = alarmMessage(sns({ ...alarm, AlarmName: 'flatline-production-notifier-failed' }));
    expect(isAboutDelivery).toBe(true);
  });

  test.each([
    ['a message of ours', { Subject: 'FLAT - alpha', Message: 'FLAT\nalpha' }, 'FLAT - alpha', 'FLAT\nalpha'],
    ['a text of somebody else', { Message: 'deploying at noon' }, 'flatline', 'deploying at noon'],
    ['JSON of somebody else', { Subject: 'x', Message: '{"a": 1}' }, 'x', '{"a": 1}'],
    ['a secret that somebody published', { Message: 'apiSecret=abcdefghij' }, 'flatline', 'apiSecret=[redacted]'],
    ['nothing', {}, 'flatline', ''],
  ])('%s is passed on unchanged', (_what, record, subject, text) => {
    expect(alarmMessage(record)).toMatchObject({ subject, text, isAboutDelivery: false });
  });
});
