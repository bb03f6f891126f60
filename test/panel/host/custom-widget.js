/**
 * What a CloudWatch dashboard does for a custom widget, as far as its pages tell ("Interactivity in the custom widget",
 * "Security and JavaScript"): calls the function with a widgetContext, cleans the HTML, and binds each <cwdb-action> to
 * the element right before it. Runs in the browser.
 */

const frame = document.getElementById('frame');
const widget = document.getElementById('widget');
const popup = document.getElementById('popup');
const confirmation = document.getElementById('confirm');
const tools = document.getElementById('tools');

const WIDTHS_PX = { 24: 1400, 12: 690 };

/** What the dashboard configures for the widget: nothing. */
const PARAMS = {};

function widgetContext() {
  return {
    dashboardName: 'flatline-local',
    widgetId: 'widget-1',
    accountId: '000000000000',
    locale: 'en',
    timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
    period: 300,
    isAutoPeriod: true,
    timeRange: { mode: 'relative', start: Date.now() - 86_400_000, end: Date.now(), relativeStart: 86_400_000 },
    theme: document.documentElement.dataset.theme,
    linkCharts: true,
    title: 'Control panel',
    forms: { all: formValues() },
    params: PARAMS,
    width: widget.clientWidth,
    height: widget.clientHeight,
  };
}

/** Every named field of the widget; one in a popup is not the widget's. */
function formValues() {
  const fields = [...widget.querySelectorAll('input[name], textarea[name], select[name]')];
  return Object.fromEntries(fields.map(field => [field.name, field.type === 'checkbox' ? field.checked : field.value]));
}

let calls = 0;

/** Of several calls the last one counts, whichever is answered first. */
async function call(endpoint, params, display) {
  calls += 1;
  const own = calls;
  frame.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch('invoke', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint, event: { ...params, widgetContext: widgetContext() } }),
    });
    const result = await response.json();
    if (own !== calls) return;
    show(result.kind === 'answered' ? result.payload : `<p>The function failed: ${result.why}</p>`, display);
    shownAt = new Date();
    frame.removeAttribute('data-gone');
  } catch {
    if (own === calls) sayGone();
  } finally {
    if (own === calls) frame.removeAttribute('aria-busy');
    planRefresh();
  }
}

let shownAt;

/** What is on the page stays, but nobody may take it for now. */
function sayGone() {
  const since =
    shownAt === undefined ? 'nothing was read yet' : `this is of ${shownAt.toISOString().slice(11, 19)} UTC`;
  document.getElementById('gone').textContent = `The local cloud does not answer: ${since}.`;
  frame.setAttribute('data-gone', '');
}

let refreshing;

/** As a dashboard's auto refresh, but sooner while something happens, and never under somebody's hands. */
function planRefresh() {
  clearTimeout(refreshing);
  const wanted = Number(widget.querySelector('[data-refresh-ms]')?.dataset.refreshMs);
  const isGone = frame.hasAttribute('data-gone');
  if (!(wanted > 0) && !isGone) return;
  refreshing = setTimeout(
    () => {
      if (document.hidden || popup.open || confirmation.open || frame.hasAttribute('aria-busy')) planRefresh();
      else void refresh();
    },
    isGone ? GONE_MS : wanted,
  );
}

const GONE_MS = 2_000;

function show(answer, display) {
  const target = display === 'popup' ? popup.firstElementChild : widget;
  const text = typeof answer === 'string' ? answer : `<pre>${JSON.stringify(answer, null, 2)}</pre>`;
  target.replaceChildren(...cleaned(text));
  for (const action of target.querySelectorAll('cwdb-action')) bind(action);
  if (display === 'popup' && !popup.open) popup.showModal();
  if (display !== 'popup') widget.scrollTop = 0;
}

/** JavaScript and known vulnerabilities are removed before the page is shown. */
function cleaned(text) {
  const page = new DOMParser().parseFromString(text, 'text/html');
  for (const element of page.querySelectorAll('script, iframe, use, object, embed, link, meta, base')) element.remove();
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  return [...page.head.childNodes, ...page.body.childNodes];
}

/** What is wrongly written is not bound, without a word, as on the real dashboard. */
function bind(action) {
  const element = action.previousElementSibling;
  const read = name => action.getAttribute(name);
  if (element === null) return;
  element.addEventListener(read('event') ?? 'click', async () => {
    if (action.hasAttribute('confirmation') && !(await confirmed(read('confirmation')))) return;
    if (read('action') === 'call') {
      await call(read('endpoint'), JSON.parse(action.textContent.trim() || '{}'), read('display') ?? 'widget');
    } else show(action.innerHTML, read('display') ?? 'widget');
  });
}

function confirmed(message) {
  confirmation.firstElementChild.textContent = message;
  confirmation.returnValue = 'no';
  confirmation.showModal();
  return new Promise(resolve => {
    confirmation.addEventListener('close', () => resolve(confirmation.returnValue === 'yes'), { once: true });
  });
}

for (const dialog of [popup, confirmation]) {
  for (const choice of dialog.querySelectorAll('footer button')) {
    choice.addEventListener('click', () => dialog.close(choice.value));
  }
}

/** With its style, which would reach the widget too. */
popup.addEventListener('close', () => popup.firstElementChild.replaceChildren());

const refresh = () => call(frame.dataset.endpoint, PARAMS, 'widget');

tools.addEventListener('change', async ({ target }) => {
  if (target.name === 'heartbeats') {
    await fetch('heartbeats', { method: 'POST', body: JSON.stringify({ botId: target.value, beats: target.checked }) });
    return;
  }
  document.documentElement.dataset.theme = tools.elements.theme.value;
  frame.style.width = `${WIDTHS_PX[tools.elements.units.value]}px`;
  await refresh();
});
document.getElementById('refresh').addEventListener('click', refresh);
document.getElementById('reopen').addEventListener('click', () => fetch('reopen', { method: 'POST' }));

async function open() {
  const { endpoint, bots } = await (await fetch('panel.json')).json();
  frame.dataset.endpoint = endpoint;
  for (const { botId, beats } of bots) {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), {
      type: 'checkbox',
      name: 'heartbeats',
      value: botId,
      checked: beats,
    });
    label.append(box, ` ${botId} beats`);
    document.getElementById('heartbeats').append(label);
  }
  await refresh();
}

open().catch(sayGone);
