/**
 * What the bundles hold in the place of axios. The SDK gives it one request and our adapter (binance/axios-adapter.ts),
 * and takes what the adapter gives; all else that axios could do is done below, or never wanted. Its browser build alone
 * takes 49 kB, and at its start looks at `fetch` and `FormData`, for which Node loads its whole HTTP client: some 30 ms of
 * a cold start. test/adapters/binance/bundled.test.ts holds that requests are the same with either.
 */

interface AxiosRequest {
  readonly adapter: (request: AxiosRequest) => Promise<unknown>;
}

export default async function axios(request: AxiosRequest): Promise<unknown> {
  return request.adapter(request);
}
