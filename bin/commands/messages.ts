/** `flatline messages --sample`: a sample of every message that people can receive, without network and AWS. */

import { type Command, Option } from 'commander';
import type { ChatAddress, ChatKind } from '../../lambda/adapters/chat/chat-address.ts';
import { targetRequests } from '../../lambda/adapters/chat/target-requests.ts';
import type { EventCode } from '../../lambda/events.ts';
import { guideAt } from '../../lambda/guide-link.ts';
import { alarmMessage } from '../../lambda/views/messages/alarm-message.ts';
import { incidentsOf } from '../../lambda/views/messages/incidents.ts';
import { readLogLine } from '../../lambda/views/messages/log-line.ts';
import { placeOf } from '../../lambda/views/messages/message.ts';
import { notificationOf } from '../../lambda/views/messages/notification-of.ts';
import { rawMessage } from '../../lambda/views/messages/raw-message.ts';
import { ALARMS } from '../../lib/alarm-list.ts';
import type { Cli } from '../terminal/cli.ts';
import { CliError, EXIT } from '../terminal/exit.ts';
import { examples, jsonOption } from '../terminal/options.ts';
import { lineOf, SAMPLES } from './messages/samples.ts';

const FORMATS = ['mail', 'slack', 'discord', 'telegram', 'pagerduty', 'opsgenie', 'other'] as const;

interface Options {
  readonly sample?: boolean;
  readonly only?: string;
  readonly format: (typeof FORMATS)[number];
}

interface Sample {
  readonly event: string;
  readonly sns: Readonly<Record<string, unknown>>;
}

export function registerMessages(program: Command, cli: Cli): void {
  const command = program
    .command('messages')
    .summary('show a sample of every message')
    .description(
      'Shows a sample of every message that mail, chats and incident tools receive. The notifier’s code composes them.',
    )
    .option('--sample', 'show the samples (required)')
    .option('--only <event>', 'only messages of this event, like bot_late; alarm: the alarms')
    .addOption(new Option('--format <format>', 'the format of this receiver').choices(FORMATS).default('mail'));
  examples(command, [
    ['messages --sample', 'as mails'],
    ['messages --sample --only bot_dead --format pagerduty', 'the request to PagerDuty'],
  ]);
  jsonOption(command, [
    '{ messages: [{ event, subject, text, requests: [{ url, body }] }] };',
    'requests only with a format other than mail',
  ]);
  command.action(
    cli.action<Options>(async run => {
      const { only, format, sample } = run.options;
      if (sample !== true) throw new CliError(EXIT.usage, 'Use flatline messages --sample.');
      const all = samples();
      const shown = all.filter(({ event }) => only === undefined || event === only);
      const known = [...new Set(all.map(({ event }) => event))];
      if (shown.length === 0)
        throw new CliError(EXIT.usage, `There is no message for ${only ?? ''}. Known: ${known.join(', ')}.`);
      const messages = shown.map(({ event, sns }) => {
        const message = alarmMessage(sns);
        const requests = format === 'mail' ? [] : targetRequests(exampleOf(format), message);
        const { subject, text } = message;
        return { event, subject, text, requests: requests.map(({ url, body }) => ({ url, body })) };
      });
      for (const { event, subject, text, requests } of messages) {
        run.say(run.paint.bold(`${event}`));
        if (format === 'mail') {
          run.say(`Subject: ${subject}`);
          run.say();
          run.say(text);
        } else if (requests.length === 0) run.say('no request: this message opens no incident');
        else for (const { url, body } of requests) run.say(`POST ${url}\n${JSON.stringify(body, null, 2)}`);
        run.say();
      }
      run.answer({ messages });
      return EXIT.ok;
    }),
  );
}

/** In the form of the SNS topic. */
function samples(): readonly Sample[] {
  const where = {
    place: placeOf('flatline-production', 'production', { region: 'ap-northeast-1' }),
    lockoutMs: 3_600_000,
  };
  const TopicArn = 'arn:aws:sns:ap-northeast-1:000000000000:flatline-production-alerts';
  const ours = (Object.keys(SAMPLES) as EventCode[]).flatMap(event =>
    SAMPLES[event].flatMap((line, index): readonly Sample[] => {
      const read = readLogLine(lineOf(event, line));
      const notification = read && notificationOf(read, where);
      if (notification === undefined) return [];
      const { subject, text } = notification.message;
      const incidents = { Type: 'String', Value: JSON.stringify(incidentsOf([notification], subject)) };
      const about = { MessageId: `${event} ${index}`, TopicArn, MessageAttributes: { incidents } };
      return [{ event, sns: { ...about, Subject: subject, Message: text } }];
    }),
  );
  const cut = rawMessage('log lines of a function', ['{"level":"CRITICAL","message":"The liquidat'], where.place);
  const notUnderstood = { MessageId: 'not_understood', TopicArn, Subject: cut.subject, Message: cut.text };
  const alarm = (state: 'ALARM' | 'OK', { id, sentence, heading }: (typeof ALARMS)[number]): Sample => ({
    event: 'alarm',
    sns: {
      ...{ MessageId: `${id} ${state}`, TopicArn, Subject: `${state}: "flatline-production-${id}"` },
      Message: JSON.stringify({
        ...{ AlarmName: `flatline-production-${id}`, NewStateValue: state },
        StateChangeTime: '2026-11-21T03:12:08.500+0000',
        AlarmDescription: `${sentence} What to do: ${guideAt(heading, undefined)}`,
      }),
    },
  });
  return [
    ...ours,
    { event: 'not_understood', sns: notUnderstood },
    ...ALARMS.map(one => alarm('ALARM', one)),
    ...ALARMS.slice(0, 1).map(one => alarm('OK', one)),
  ];
}

const EXAMPLES: Readonly<Record<ChatKind, string>> = {
  slack: 'https://hooks.slack.com/services/…',
  discord: 'https://discord.com/api/webhooks/…',
  telegram: 'https://api.telegram.org/bot…/sendMessage',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  opsgenie: 'https://api.opsgenie.com/v2/alerts',
  other: 'https://example.com/',
};

const exampleOf = (kind: ChatKind): ChatAddress => ({ kind, url: EXAMPLES[kind], chatId: '…', key: '…', headers: {} });
