import { describe, expect, test } from 'vitest';
import { resource, templateOf } from './synthesised.ts';

const template = templateOf();
const { Properties: panel } = resource(template, 'AWS::Lambda::Function', 'ControlPanel');
const { DashboardBody } = resource(template, 'AWS::CloudWatch::Dashboard', 'Dashboard').Properties;
/** References become their logical IDs. */
const body = JSON.parse(
  DashboardBody['Fn::Join'][1]
    .map((part: string | { Ref?: string; 'Fn::GetAtt'?: readonly string[] }) =>
      typeof part === 'string' ? part : (part.Ref ?? part['Fn::GetAtt']?.[0]),
    )
    .join(''),
);

describe('the control panel’s function', () => {
  test('is named for its environment', () => {
    expect(panel.FunctionName).toBe('flatline-production-control-panel');
  });

  test('waits longer than the liquidator may take to answer', () => {
    expect(panel.Timeout).toBe(60);
    expect(panel.MemorySize).toBe(512);
  });

  test('is never repeated by Lambda after a press', () => {
    const { Properties } = resource(template, 'AWS::Lambda::EventInvokeConfig', 'ControlPanel');
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });

  test('knows two tables and the liquidator, and nothing of the audit log', () => {
    expect(Object.keys(panel.Environment.Variables)).toEqual(
      expect.arrayContaining([
        'FLATLINE_BOTS_TABLE',
        'FLATLINE_CONFIG',
        'FLATLINE_LIQUIDATIONS_TABLE',
        'FLATLINE_LIQUIDATOR',
      ]),
    );
    expect(Object.keys(panel.Environment.Variables)).not.toContain('FLATLINE_AUDIT_TABLE');
  });
});

describe('its widget', () => {
  const [widget] = body.widgets;

  test('is at the top of the dashboard, as wide as it is', () => {
    expect(widget).toMatchObject({ type: 'custom', x: 0, y: 0, width: 24, height: 12 });
  });

  test('calls the function, again with each refresh and when its size changes, not when the graphs zoom', () => {
    expect(widget.properties).toMatchObject({
      title: 'Control panel',
      endpoint: expect.stringMatching(/^ControlPanelFunction/),
      updateOn: { refresh: true, resize: true, timeRange: false },
    });
  });

  test('is given no parameter: whatever is not a button of the panel is refused', () => {
    expect(widget.properties.params).toBeUndefined();
  });
});
