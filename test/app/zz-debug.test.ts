import { test } from 'vitest';
import { liquidationRig, KEY } from '../support/liquidation-rig.ts';
test('debug', async () => {
    const rig = liquidationRig();
    rig.account.open('BTCUSDT', '0.500');
    rig.account.open('SOLUSDT', '10');
    rig.venue.faults.add({ on: { method: 'POST', path: '/fapi/v1/order', symbol:'SOLUSDT' }, times: Infinity, fault: { kind: 'refuse', code: -2010, msg: 'NEW_ORDER_REJECTED' } });
    const t = rig.clock.nowMs();
    const a = await rig.run({ correlation_id: 'liq_20240229_120007_abc123', symbols: ['BTCUSDT', 'SOLUSDT'] });
    for (const e of rig.venue.journal) console.log(e.method, e.path, e.params.symbol, e.status, e.receivedAtMs-t, (e.answeredAtMs??0)-t);
    console.log(JSON.stringify(a,null,1));
});
