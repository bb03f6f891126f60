import { describe, expect, test } from 'vitest';
import { LONGEST_SLEEP_MS } from '../../lambda/core/liquidation/carry/resume.ts';
import { botsNamed, resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf();
const FUNCTION = 'AWS::Lambda::Function';
const liquidator = resource(template, FUNCTION, 'Liquidator').Properties;
const watchdog = resource(template, FUNCTION, 'Watchdog').Properties;
const controlPanel = resource(template, FUNCTION, 'ControlPanel').Properties;
const notifier = resource(template, FUNCTION, 'Notifier').Properties;
const healthCheck = resource(template, FUNCTION, 'HealthCheck').Properties;

describe('the functions', () => {
  test('there are five, and no construct has brought another', () => {
    expect(resourcesOf(template, FUNCTION).size).toBe(5);
  });

  test.each([
    ['liquidator', liquidator],
    ['watchdog', watchdog],
    ['control panel', controlPanel],
    ['notifier', notifier],
    ['health check', healthCheck],
  ])('the %s runs on Node 24 and arm64, and writes JSON', (_name, properties) => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    });
  });

  test.each([
    ['liquidator', liquidator],
    ['watchdog', watchdog],
    ['control panel', controlPanel],
    ['notifier', notifier],
    ['health check', healthCheck],
  ])('nothing limits how many of the %s may run', (_name, properties) => {
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('logs are kept a year, and outlive the stack', () => {
    const groups = [...resourcesOf(template, 'AWS::Logs::LogGroup').values()];
    expect(groups.map(({ Properties, DeletionPolicy }) => [Properties.RetentionInDays, DeletionPolicy])).toEqual([
      ...Array.from({ length: 5 }, () => [365, 'RetainExceptOnCreate']),
    ]);
  });
});

describe('the liquidator', () => {
  test('is named for its environment', () => {
    expect(liquidator.FunctionName).toBe('flatline-production-liquidator');
    expect(resource(templateOf({ environment: 'testnet' }), FUNCTION, 'Liquidator').Properties.FunctionName).toBe(
      'flatline-testnet-liquidator',
    );
  });

  test('has a whole CPU, and time to wait out a minute and then liquidate', () => {
    expect(liquidator.MemorySize).toBe(1_769);
    expect(liquidator.Timeout).toBe(90);
    expect(liquidator.Timeout * 1_000).toBeGreaterThan(LONGEST_SLEEP_MS + 25_000);
  });

  test('may call itself until flat', () => {
    expect(liquidator.RecursiveLoop).toBe('Allow');
  });

  test('an asynchronous call is repeated twice, not for hours, and is never lost silently', () => {
    const { Properties } = resource(template, 'AWS::Lambda::EventInvokeConfig', 'LiquidatorInService');
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    expect(Properties.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]).toMatch(
      /^AlertsLiquidationDeadLetters/,
    );
  });
});

describe('the watchdog', () => {
  test('has time for a run that waits for a deadline', () => {
    expect(watchdog.Timeout).toBe(110);
  });

  test.each([
    [1, 512],
    [20, 512],
    [21, 1_024],
    [60, 1_024],
    [61, 1_769],
    [110, 1_769],
  ])('W7: with %i bots it has %i MB, so that all of them are tripped in time', (count, memoryMb) => {
    const bots = botsNamed(...Array.from({ length: count }, (_, index) => `bot-${index}`));
    expect(resource(templateOf({ bots }), FUNCTION, 'Watchdog').Properties.MemorySize).toBe(memoryMb);
  });

  test('is not repeated, since the next run comes first', () => {
    const { Properties } = resource(template, 'AWS::Lambda::EventInvokeConfig', 'WatchdogInService');
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(Properties.DestinationConfig.OnFailure.Destination['Fn::GetAtt'][0]).toMatch(/^AlertsTickDeadLetters/);
  });
});
