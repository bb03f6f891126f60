import { describe, expect, test } from 'vitest';
import { resource, resourcesOf, templateOf } from './synthesised.ts';

const template = templateOf();
const { DashboardName, DashboardBody } = resource(template, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties;
/** References become their logical IDs. */
const body = JSON.parse(
  DashboardBody['Fn::Join'][1]
    .map((part: string | { Ref?: string; 'Fn::GetAtt'?: readonly string[] }) =>
      typeof part === 'string' ? part : (part.Ref ?? part['Fn::GetAtt']?.[0]),
    )
    .join(''),
);
const titles: readonly string[] = body.widgets.map(
  (widget: { properties: { title: string } }) => widget.properties.title,
);
const widget = (title: string) => body.widgets[titles.indexOf(title)].properties;

describe('the dashboard', () => {
  test('is named like the stack and its region, and the output leads to it', () => {
    expect(DashboardName).toEqual({ 'Fn::Join': ['', ['flatline-production-', { Ref: 'AWS::Region' }]] });
    const [output] = Object.values(template.findOutputs('DashboardUrl'));
    expect(output?.Value['Fn::Join'][1].slice(-2)).toEqual([
      '#dashboards/dashboard/flatline-production-',
      { Ref: 'AWS::Region' },
    ]);
  });

  test('shows the control panel first, then every alarm', () => {
    expect(titles.slice(0, 2)).toEqual(['Control panel', 'Alarms']);
    expect(widget('Alarms').alarms).toHaveLength(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length);
  });

  test('shows rates, executions, speed, bots, the exchange and the last errors', () => {
    expect(titles.slice(2)).toEqual([
      'Success rates per hour',
      'Executions',
      'Time to flat and to the answer, ms',
      'Bots, as seen by the watchdog',
      'The exchange',
      'Warnings and errors',
    ]);
  });

  test('divides by all that ended, so that both shares add up', () => {
    const [flat, notFlat] = widget('Success rates per hour').metrics.map(([metric]: [unknown]) => metric);
    const every =
      `SUM(SEARCH('{"flatline-production",service,state,trigger} MetricName="Executions" ` +
      `state=("completed" OR "partial" OR "failed")', 'Sum', 3600))`;
    expect(flat.label).toBe('liquidations that ended flat');
    expect(flat.expression.endsWith(` / ${every}`)).toBe(true);
    expect(flat.expression).toContain('state=("completed")');
    expect(notFlat.label).toBe('liquidations that did not');
    expect(notFlat.expression.endsWith(` / ${every}`)).toBe(true);
    expect(notFlat.expression).toContain('state=("partial" OR "failed")');
  });
});

describe('saved queries', () => {
  const queries = [...resourcesOf(template, 'AWS::Logs::QueryDefinition').values()].map(({ Properties }) => Properties);

  test('are in their own folder and query both functions’ logs', () => {
    expect(queries.map(({ Name }) => Name)).toEqual([
      'flatline-production/one incident (insert its correlation ID)',
      'flatline-production/warnings and errors',
      'flatline-production/latency of the exchange',
    ]);
    for (const { LogGroupNames } of queries) expect(LogGroupNames).toHaveLength(2);
  });

  test('are written as Logs Insights reads them', () => {
    expect(queries[2].QueryString).toBe(
      "filter message in ['Exchange request', 'Exchange request failed']\n" +
        '| stats count(*) as requests, pct(latency_ms, 50) as p50, pct(latency_ms, 95) as p95, max(latency_ms) as slowest by path, status\n' +
        '| sort requests desc',
    );
  });
});
