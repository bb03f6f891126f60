/**
 * A refusal of the exchange: an error code with the exchange's own sentence and its HTTP status. The sentences are those of
 * the USDⓈ-M "Error Codes" page; no client depends on them, but logs show them.
 */

const SENTENCES = {
  [-1002]: 'You are not authorized to execute this request.',
  [-1004]: 'Server is busy, please wait and try again.',
  [-1015]: 'Too many new orders.',
  [-1021]: 'Timestamp for this request is outside of the recvWindow.',
  [-1022]: 'Signature for this request is not valid.',
  [-1100]: 'Illegal characters found in a parameter.',
  [-1101]: 'Too many parameters sent for this endpoint.',
  [-1102]: 'A mandatory parameter was not sent, was empty/null, or malformed.',
  [-1105]: 'A parameter was empty.',
  [-1106]: 'A parameter was sent when not required.',
  [-1111]: 'Precision is over the maximum defined for this asset.',
  [-1115]: 'Invalid timeInForce.',
  [-1116]: 'Invalid orderType.',
  [-1117]: 'Invalid side.',
  [-1120]: 'Invalid interval.',
  [-1121]: 'Invalid symbol.',
  [-1125]: 'This listenKey does not exist.',
  [-1128]: 'Combination of optional parameters invalid.',
  [-1130]: 'Invalid data sent for a parameter.',
  [-1131]: 'recvWindow must be less than 60000.',
  [-2008]: 'Invalid Api-Key ID.',
  [-2011]: 'Unknown order sent.',
  [-2013]: 'Order does not exist.',
  [-2014]: 'API-key format invalid.',
  [-2015]: 'Invalid API-key, IP, or permissions for action.',
  [-2017]: 'API Keys are locked on this account.',
  [-2021]: 'Order would immediately trigger.',
  [-2022]: 'ReduceOnly Order is rejected.',
  [-2025]: 'Reach max open order limit.',
  [-4001]: 'Price less than 0.',
  [-4003]: 'Quantity less than or equal to zero.',
  [-4004]: 'Quantity less than min quantity.',
  [-4005]: 'Quantity greater than max quantity.',
  [-4014]: 'Price not increased by tick size.',
  [-4015]: 'Client order id is not valid.',
  [-4028]: 'Leverage is not valid.',
  [-4046]: 'No need to change margin type.',
  [-4059]: 'No need to change position side.',
  [-4068]: 'Position side cannot be changed if there exists position.',
  [-4016]: "Limit price can't be higher than the allowed maximum.",
  [-4023]: 'Quantity not increased by step size.',
  [-4024]: "Limit price can't be lower than the allowed minimum.",
  [-4032]: 'Exceed maximum cancel order size.',
  [-4045]: 'Reach max stop order limit.',
  [-4060]: 'Invalid position side.',
  [-4061]: "Order's position side does not match user's setting.",
  [-4082]: 'Invalid number of batch place orders.',
  [-4088]: 'User can not place order currently.',
  [-4116]: 'ClientOrderId is duplicated.',
  [-4117]: 'Stop order is in triggering process, please try again later.',
  [-4118]: 'ReduceOnly Order Failed. Please check your existing position and open orders.',
  [-4120]: 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
  [-4129]: 'Time in Force (TIF) GTE can only be used with open positions. Please ensure that positions are available.',
  [-4131]: "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
  [-4136]: 'Target strategy invalid for orderType MARKET,closePosition true.',
  [-4137]: 'Quantity must be zero with closePosition equals true.',
  [-4138]: 'Reduce only must be true with closePosition equals true.',
  [-4140]: 'Invalid symbol status for opening position.',
  [-4141]: 'Symbol is closed.',
  [-4164]: "Order's notional must be no smaller than the minimum (unless you choose reduce only).",
  [-4165]: 'Invalid time interval.',
  [-4192]: 'Trade forbidden due to Cooling-off Period.',
  [-4402]: 'This feature is not available in your region due to local compliance.',
  [-4403]: 'Leverage adjustment is not available due to compliance rules.',
  [-4411]: 'Please sign TradFi-Perps agreement contract fapi.',
  [-5000]: 'Path is invalid.',
  [-5028]: 'Timestamp for this request is outside of the ME recvWindow.',
  [-5021]: 'Due to the order could not be filled immediately, the FOK order has been rejected.',
  [-5022]: 'Due to the order could not be executed as maker, the Post Only order will be rejected.',
  [-5041]: 'No depth matches this BBO order.',
  [-5040]: 'The Good Till Date must be greater than the current time plus 600 seconds.',
  [-20124]: 'Invalid algo id or it has been completed.',
} as const;

/** Codes with another status than 400. */
const STATUSES: Readonly<Record<number, number>> = { [-2014]: 401, [-2015]: 401, [-2017]: 401, [-5000]: 404 };

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, sentence: string, status?: number, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.code = code;
    this.status = status ?? STATUSES[code] ?? 400;
    this.headers = headers;
  }
}

/** By default with the exchange's sentence for the code. */
export const refusalOf = (code: keyof typeof SENTENCES, sentence: string = SENTENCES[code]): Refusal =>
  new Refusal(code, sentence);

/** The exchange's sentence for a code; undefined for one that is not in the table above. */
export const sentenceOf = (code: number): string | undefined => new Map(Object.entries(SENTENCES)).get(String(code));
