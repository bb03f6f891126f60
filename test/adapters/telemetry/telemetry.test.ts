import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTelemetry, type TelemetryOptions } from '../../../lambda/adapters/telemetry/telemetry.ts';
import type { Telemetry } from '../../../lambda/ports.ts';

type Line = Readonly<Record<string, unknown>>;

const API_KEY = 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A';

let written: string[];
beforeEach(() => {
  written = [];
  const take = (chunk: string | Uint8Array): boolean => {
    written.push(chunk.toString());
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take);
  vi.spyOn(process.stderr, 'write').mockImplementation(take);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function linesOf(work: (telemetry: Telemetry) => void, options: Partial<TelemetryOptions> = {}): readonly Line[] {
  work(createTelemetry({ service: 'liquidator', ...options }));
  return written.map(line => JSON.parse(line) as Line);
}

describe('log lines', () => {
  it('are one flat JSON object each, in snake_case, with the service and the permanent fields', () => {
    const lines = linesOf(
      telemetry =>
        telemetry.log('WARN', 'close refused', { correlationId: 'liq_1', exchangeCode: -2022, data: { aB: 1 } }),
      { fields: { requestId: 'r-1' } },
    );
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'close refused',
        service: 'liquidator',
        request_id: 'r-1',
        correlation_id: 'liq_1',
        exchange_code: -2022,
        data: { aB: 1 },
      }),
    ]);
  });

  it.each(['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const)('have the level %s that they were given', level => {
    expect(linesOf(telemetry => telemetry.log(level, 'x'))).toEqual([expect.objectContaining({ level })]);
  });

  it.each([
    ['DEBUG', 1],
    ['INFO', 0],
  ] as const)('below the level are not written: %s lets %s through', (level, count) => {
    expect(linesOf(telemetry => telemetry.log('DEBUG', 'x'), { level })).toHaveLength(count);
  });

  it('keep fields that the logger would drop for its own', () => {
    const [line] = linesOf(telemetry => telemetry.log('INFO', 'x', { timestamp: 'then', level: 'of water' }));
    expect(line).toMatchObject({ level: 'INFO', event_timestamp: 'then', event_level: 'of water' });
  });
});

describe('redaction (T3)', () => {
  const carriers: readonly [string, (telemetry: Telemetry) => void][] = [
    ['a message', ({ log }) => log('ERROR', `refused ${API_KEY}`)],
    ['a field', ({ log }) => log('ERROR', 'x', { anything: API_KEY })],
    ['the name of a field', ({ log }) => log('ERROR', 'x', { [API_KEY]: 1 })],
    ['an error', ({ log }) => log('ERROR', 'x', { error: new Error(`refused ${API_KEY}`) })],
    [
      'an error of an HTTP client',
      ({ log }) => {
        const config = { headers: { 'X-MBX-APIKEY': API_KEY }, url: `https://h/p?apiKey=${API_KEY}` };
        log('ERROR', 'x', { error: Object.assign(new Error('request failed'), { config }) });
      },
    ],
    ['a cause', ({ log }) => log('ERROR', 'x', { error: new Error('x', { cause: new Error(API_KEY) }) })],
    ['a dimension', ({ metric }) => metric('ExchangeErrors', 1, 'Count', { reason: API_KEY })],
    [
      'a getter that throws it',
      ({ log }) =>
        log('ERROR', 'x', {
          get bad(): string {
            throw new Error(API_KEY);
          },
        }),
    ],
  ];

  it.each(carriers)('keeps a live key out of the output when it stands in %s', (_carrier, log) => {
    const lines = linesOf(telemetry => {
      telemetry.redact([API_KEY]);
      log(telemetry);
      telemetry.flush();
    });
    expect(lines).toHaveLength(1);
    expect(written.join('')).not.toContain(API_KEY);
  });

  it('also keeps out the key of before a rotation', () => {
    linesOf(telemetry => {
      telemetry.redact([API_KEY]);
      telemetry.redact(['theNewKeyAfterTheRotation']);
      telemetry.log('INFO', `${API_KEY} theNewKeyAfterTheRotation`);
    });
    expect(written.join('')).not.toMatch(/vmPUZE6|theNewKey/);
  });
});

describe('metrics', () => {
  it.each([
    ['flatline-production-desk2', 'flatline-production-desk2'],
    ['', 'flatline'],
    [undefined, 'flatline'],
  ])('of the stack %j are in the namespace %s', (namespace, expected) => {
    const [line] = linesOf(
      telemetry => {
        telemetry.metric('Rounds', 2, 'Count');
        telemetry.flush();
      },
      { namespace },
    );
    expect(line).toMatchObject({ _aws: { CloudWatchMetrics: [{ Namespace: expected }] } });
  });

  it('are one EMF line per set of dimensions, written at the flush and once', () => {
    const lines = linesOf(telemetry => {
      telemetry.metric('Rounds', 2, 'Count');
      telemetry.metric('DurationMs', 420.5, 'Milliseconds');
      telemetry.metric('Executions', 1, 'Count', { state: 'completed', trigger: 'shutdown' });
      telemetry.metric('Executions', 1, 'Count', { trigger: 'shutdown', state: 'completed' });
      expect(written).toEqual([]);
      telemetry.flush();
      telemetry.flush();
    });
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'flatline',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'Rounds', Unit: 'Count' },
                { Name: 'DurationMs', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'liquidator',
        Rounds: 2,
        DurationMs: 420.5,
      },
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'flatline',
              Dimensions: [['service', 'state', 'trigger']],
              Metrics: [{ Name: 'Executions', Unit: 'Count' }],
            },
          ],
        },
        service: 'liquidator',
        state: 'completed',
        trigger: 'shutdown',
        Executions: [1, 1],
      },
    ]);
  });

  it('keep their dimensions beyond a hundred values', () => {
    const lines = linesOf(telemetry => {
      for (let count = 0; count < 150; count += 1) telemetry.metric('Latency', count, 'Milliseconds', { path: '/p' });
      telemetry.flush();
    });
    expect(lines).toHaveLength(2);
    expect(lines.map(line => line.path)).toEqual(['/p', '/p']);
  });

  it('cannot take the dimension service away, and leave out empty ones', () => {
    const [line] = linesOf(telemetry => {
      telemetry.metric('Rounds', 1, 'Count', { service: 'other', symbol: '' });
      telemetry.flush();
    });
    expect(line).toMatchObject({ service: 'liquidator', _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] } });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('that are %s are reported instead of written', value => {
    const lines = linesOf(telemetry => {
      telemetry.metric('Rounds', value, 'Count');
      telemetry.flush();
    });
    expect(lines).toEqual([expect.objectContaining({ level: 'ERROR', message: 'Telemetry could not take a metric.' })]);
  });

  it('that CloudWatch would refuse do not take the others with them', () => {
    const lines = linesOf(telemetry => {
      telemetry.metric('', 1, 'Count');
      telemetry.metric('Rounds', 1, 'Count');
      telemetry.flush();
    });
    expect(lines).toEqual([
      expect.objectContaining({ Rounds: 1 }),
      expect.objectContaining({ level: 'ERROR', message: 'Telemetry could not write the metrics.' }),
    ]);
  });
});

describe('telemetry never stops the work', () => {
  it('when standard output is gone', () => {
    vi.mocked(process.stdout.write).mockImplementation(() => {
      throw new Error('EPIPE');
    });
    vi.mocked(process.stderr.write).mockImplementation(() => {
      throw new Error('EPIPE');
    });
    const telemetry = createTelemetry({ service: 'liquidator' });
    telemetry.log('INFO', 'x');
    telemetry.metric('Rounds', 1, 'Count');
    telemetry.flush();
  });

  it('when the fields cannot be read', () => {
    const fields = new Proxy<Record<string, unknown>>(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    const lines = linesOf(telemetry => telemetry.log('INFO', 'x', fields));
    expect(lines).toEqual([expect.objectContaining({ message: 'Telemetry could not write a log line.' })]);
  });
});
