/**
 * The styles of the panel, light and dark. CloudWatch's default styles are switched off by an element of the class
 * `cwdb-no-default-styles` ("Details about custom widgets"). Class names start with `fl-`, because the widget may share
 * the page with others.
 */

import type { View } from './panel-event.ts';

/** Text and background have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3). */
const PALETTES = {
  light: {
    text: '#16191f',
    muted: '#545b64',
    line: '#d5dbdb',
    ground: '#f4f6f7',
    good: ['#175f05', '#e6f4e1'],
    warning: ['#7a4d00', '#fff1d1'],
    bad: ['#a4120a', '#fde7e5'],
    button: ['#0b5ca8', '#ffffff', '#0b5ca8'],
  },
  dark: {
    text: '#e9ebed',
    muted: '#a9b3bd',
    line: '#414d5c',
    ground: '#1f2b3a',
    good: ['#8fe06c', '#14311a'],
    warning: ['#f6cc66', '#3b2d0b'],
    bad: ['#ff9c93', '#48171a'],
    button: ['#89bdee', '#0f1b2a', '#539fe5'],
  },
} as const;

export function styleSheet({ theme }: Pick<View, 'theme'>): string {
  const { text, muted, line, ground, good, warning, bad, button } = PALETTES[theme];
  return `
.fl{overflow-wrap:anywhere;font:14px/1.45 "Amazon Ember","Helvetica Neue",Roboto,Arial,sans-serif;color:${text};padding:2px 4px 8px}
.fl *{box-sizing:border-box}
.fl h1,.fl h2,.fl p,.fl ul{margin:0;padding:0}
.fl h1{font-size:20px;line-height:1.3;font-weight:700;letter-spacing:.01em}
.fl h2{font-size:13px;font-weight:700;margin:14px 0 4px}
.fl ul{list-style:none}
.fl-rows li,.fl-bots li{border-bottom:1px solid ${line};padding:6px 0}
.fl-rows li{display:flex;flex-wrap:wrap;gap:0 12px}
.fl-bots{display:grid;gap:2px}
.fl-tone{border-left:5px solid;border-radius:4px;padding:8px 12px;margin-bottom:6px}
.fl-tone p{color:${text}}
.fl-small h1{font-size:14px;display:inline;margin-right:8px}
.fl-small p{display:inline}
.fl-small{padding:4px 12px}
.fl-good{color:${good[0]}}.fl-warning{color:${warning[0]}}.fl-bad{color:${bad[0]}}
.fl-tone.fl-good{background:${good[1]}}.fl-tone.fl-warning{background:${warning[1]}}.fl-tone.fl-bad{background:${bad[1]}}
.fl-muted{color:${muted}}
.fl-bar{display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;color:${muted};font-size:13px}
.fl-columns{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);gap:0 28px;align-items:start}
.fl cwdb-action{display:none}
.fl table{border-collapse:collapse;width:100%;color:inherit;font:inherit;font-variant-numeric:tabular-nums}
.fl th{text-align:left;font-weight:400;font-size:12px;color:${muted};padding:2px 10px 2px 0;border-bottom:1px solid ${line}}
.fl td{padding:4px 10px 4px 0;border-bottom:1px solid ${line};vertical-align:middle}
.fl table{overflow-wrap:normal}
.fl td.fl-name{font-weight:700;overflow-wrap:anywhere;min-width:13ch}
.fl td.fl-free{overflow-wrap:anywhere;min-width:18ch}
.fl .fl-number{text-align:right;padding-right:24px}
.fl-facts td:first-child{width:1%;padding-right:24px}
.fl .fl-state{font-weight:700}
.fl .fl-keep{white-space:nowrap}
.fl-buttons{display:flex;flex-wrap:wrap;gap:6px;margin:8px 0}
.fl td .fl-buttons{margin:0}
.fl td .fl-buttons{flex-wrap:nowrap;justify-content:flex-end}
.fl-btn{font:inherit;font-size:13px;font-weight:700;line-height:1.2;padding:4px 10px;border-radius:14px;border:1px solid ${button[2]};background:transparent;color:${button[0]};cursor:pointer;white-space:nowrap}
.fl-btn:hover{background:${ground}}
.fl-btn:focus-visible,.fl input:focus-visible{outline:3px solid ${button[2]};outline-offset:2px}
.fl-primary{background:${button[2]};color:${button[1]}}
.fl-primary:hover{background:${button[2]};filter:brightness(1.1)}
.fl-danger{background:#c5130c;border-color:#c5130c;color:#ffffff}
.fl-danger:hover{background:#a10f09}
.fl-form{display:grid;grid-template-columns:minmax(0,max-content) minmax(160px,420px);gap:6px 12px;align-items:center;margin:10px 0}
.fl input{font:inherit;padding:4px 8px;border:1px solid ${muted};border-radius:4px;background:transparent;color:${text};width:100%}
.fl a{color:inherit}
.fl code{font-family:Menlo,Consolas,monospace;font-size:12px}
`;
}

/** Added after the default styles. A table that is wider than the phone scrolls; the page never does. */
export const PHONE_STYLE = `
.fl table{display:block;overflow-x:auto}
.fl th,.fl td{padding-right:8px}
.fl .fl-number{padding-right:8px}
.fl-form{grid-template-columns:minmax(0,1fr)}
.fl input{font-size:16px;padding:10px 8px;min-height:44px}
.fl-btn{font-size:14px;padding:9px 14px;border-radius:22px;min-height:44px;white-space:normal}
`;
