/** The rules for single values. A rule takes the value from the file and returns it in internal units, or rule and remedy. */

/** INI values are text and may spell a bool in several ways; JSON values must have the right type already. */
export type Notation = 'ini' | 'json';

export type Ruled<T> = { readonly ok: true; readonly value: T } | Refusal;

interface Refusal {
  readonly ok: false;
  readonly rule: string;
  readonly remedy: string;
  /** The value may contain a credential, whatever its shape: do not show it. */
  readonly hidden?: true;
}

/** `usual`: the default, for the remedy. */
export type ValueRule<T> = (raw: unknown, notation: Notation, usual?: T) => Ruled<T>;

interface Range {
  readonly min: number;
  readonly max: number;
}

const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0'];

export const bool: ValueRule<boolean> = (raw, notation) => {
  if (notation === 'json') {
    if (typeof raw === 'boolean') return { ok: true, value: raw };
    return { ok: false, rule: 'must be true or false', remedy: 'write true or false without quotes' };
  }
  const word = String(raw).toLowerCase();
  if (TRUE.includes(word) || FALSE.includes(word)) return { ok: true, value: TRUE.includes(word) };
  return { ok: false, rule: 'must be true or false (or yes/no, on/off, 1/0)', remedy: 'write true or false' };
};

/** A whole number, for instance of attempts or of milliseconds. */
export const whole = (range: Range): ValueRule<number> => number({ ...range, fractions: false, unitMs: 1 });

/** Whole seconds or minutes, given in milliseconds. */
export const wholeSeconds = (range: Range): ValueRule<number> => number({ ...range, fractions: false, unitMs: 1_000 });
export const wholeMinutes = (range: Range): ValueRule<number> => number({ ...range, fractions: false, unitMs: 60_000 });

/** Seconds with a fraction, given in milliseconds. */
export const seconds = (range: Range): ValueRule<number> => number({ ...range, fractions: true, unitMs: 1_000 });

interface NumberShape extends Range {
  readonly fractions: boolean;
  readonly unitMs: number;
}

function number(shape: NumberShape): ValueRule<number> {
  const print = (limit: number): string => (shape.fractions ? limit.toFixed(1) : String(limit));
  const kind = shape.fractions ? 'a number' : 'a whole number';
  const rule = `must be ${kind}, ${print(shape.min)} to ${print(shape.max)}`;
  return (raw, notation, usual) => {
    const value = notation === 'json' ? raw : plainDecimal(raw);
    // A limit is rarely a good value, so the remedy names the default.
    const byDefault = usual === undefined ? '' : `; the default is ${usual / shape.unitMs}`;
    const refused = (remedy: string): Refusal => ({ ok: false, rule, remedy: `${remedy}${byDefault}` });
    if (typeof value !== 'number' || Number.isNaN(value)) {
      return refused(notation === 'json' ? 'write a number without quotes' : 'write digits, without a unit');
    }
    if (!shape.fractions && !Number.isInteger(value)) return refused('remove the fraction');
    if (value < shape.min) return refused(`raise it to ${print(shape.min)} or more`);
    if (value > shape.max) return refused(`lower it to ${print(shape.max)} or less`);
    // Adding zero turns -0 into 0.
    return { ok: true, value: Math.round(value * shape.unitMs) + 0 };
  };
}

/** No exponent, unit, hexadecimal or thousands separator: they are easily misread. */
function plainDecimal(raw: unknown): number | undefined {
  return typeof raw === 'string' && /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : undefined;
}

export function oneOf<T extends string>(allowed: readonly T[]): ValueRule<T> {
  return raw => {
    const value = allowed.find(candidate => candidate === raw);
    if (value !== undefined) return { ok: true, value };
    return { ok: false, rule: `must be ${allowed.join(' or ')}`, remedy: `write one of them, in lower case` };
  };
}

/** AWS Secrets Manager, CreateSecret: letters, digits and /_+=.@- up to 512 characters. */
export const secretName: ValueRule<string> = raw => {
  const rule = 'must be the name of a Secrets Manager secret: letters, digits and /_+=.@-, at most 512';
  if (typeof raw === 'string') {
    // Binance's keys are 64 letters and digits, which is a valid name.
    if (/^[A-Za-z0-9]{64}$/.test(raw)) {
      const remedy = 'this looks like a key: remove it, replace it at the exchange, and write the secret’s name';
      return { ok: false, rule, remedy, hidden: true };
    }
    if (/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(raw)) return { ok: true, value: raw };
  }
  const remedy = 'write the name, like flatline/alpha, not an ARN, an address or a key';
  return { ok: false, rule, remedy, hidden: true };
};

/** One ASCII address, as SNS accepts it. */
export const email: ValueRule<string> = raw => {
  const isShort = typeof raw === 'string' && raw.length <= 254;
  if (isShort && /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/.test(raw)) return { ok: true, value: raw };
  return { ok: false, rule: 'must be one e-mail address', remedy: 'write name@host; use a mailing list for several' };
};

/** The address of a page that people open; returned without a slash at the end. */
export const webAddress: ValueRule<string> = raw => {
  if (typeof raw === 'string' && raw.length <= 200 && /^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w.~%/-]*)?$/.test(raw)) {
    return { ok: true, value: raw.replace(/(?<!\/)\/+$/, '') };
  }
  const rule = 'must be an https address without credentials, query or fragment, at most 200 characters';
  return {
    ok: false,
    rule,
    remedy: 'write it like https://git.example.com/desk/flatline/blob/main/docs',
    hidden: true,
  };
};

/** A name of AWS as a text of a fixed shape. `example` shows it in the remedy. */
function shaped(pattern: RegExp, what: string, example: string): ValueRule<string> {
  return raw =>
    typeof raw === 'string' && pattern.test(raw)
      ? { ok: true, value: raw }
      : { ok: false, rule: `must be ${what}`, remedy: `write it like ${example}` };
}

/** Several values, separated by commas; in JSON a list. Each must fit. */
export function listOf<T>(item: ValueRule<T>, range: Range): ValueRule<readonly T[]> {
  return (raw, notation) => {
    const parts = Array.isArray(raw) ? raw : String(raw).split(',');
    const ruled = parts.map(part => item(typeof part === 'string' ? part.trim() : part, notation));
    const refused = ruled.find(one => !one.ok);
    if (refused !== undefined && !refused.ok) return refused;
    const values = ruled.flatMap(one => (one.ok ? [one.value] : []));
    if (values.length >= range.min && values.length <= range.max) return { ok: true, value: values };
    const rule = `must be ${range.min} to ${range.max} values, separated by commas`;
    return { ok: false, rule, remedy: 'add the missing values, or remove the extra ones' };
  };
}

const ARN_START = 'arn:aws(?:-cn|-us-gov)?';

export const secretArn = shaped(
  new RegExp(`^${ARN_START}:secretsmanager:[a-z0-9-]{1,30}:\\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$`),
  'the full ARN of a Secrets Manager secret, with the six characters at its end',
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:flatline/alpha-AbCdEf',
);

export const roleArn = shaped(
  new RegExp(`^${ARN_START}:iam::\\d{12}:role/(?:[\\w+=,.@-]{1,128}/){0,8}[\\w+=,.@-]{1,64}$`),
  'the ARN of an IAM role',
  'arn:aws:iam::123456789012:role/alpha',
);

/** For a role or a user. */
export const principalArn = shaped(
  // IAM, "aws:PrincipalArn": of a session it is the ARN of the role, so that the session's own would let nobody in.
  new RegExp(`^${ARN_START}:iam::\\d{12}:(?:role|user)/[\\w+=,.@/-]{1,256}$`),
  'the ARN of an IAM role or user, not of a session (assumed-role)',
  'arn:aws:iam::123456789012:role/operator',
);

export const keyArn = shaped(
  new RegExp(`^${ARN_START}:kms:[a-z0-9-]{1,30}:\\d{12}:key/[a-z0-9-]{1,64}$`),
  'the ARN of a KMS key',
  'arn:aws:kms:eu-central-1:123456789012:key/11112222-3333-4444-5555-666677778888',
);

export const allocationId = shaped(
  /^eipalloc-[0-9a-f]{8,17}$/,
  'the allocation ID of an Elastic IP address',
  'eipalloc-0123456789abcdef0',
);

export const regionName = shaped(/^[a-z]{2}(?:-[a-z]+){1,2}-\d$/, 'an AWS region', 'eu-west-1');

/** AWS Lambda, "CreateFunction": names have 64 characters at most; ours add up to 35. `watcher` ends a watcher's name (lib/deployment.ts). */
export const stackSuffix = shaped(
  /^(?!(?:.*-)?watcher$)[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
  '1 to 20 of a-z, 0-9 and "-", begin and end with a letter or digit, and not end with watcher',
  'desk2',
);

const URL_RULE = 'must be an https address, or http on loopback, without credentials, query or fragment';

/**
 * The address of the exchange: https, or http on this machine only, and nothing that could be a credential. Every request
 * carries the API key, so a wrong host leaks it. Returns the address without a slash at the end.
 */
export const baseUrl: ValueRule<string> = raw => {
  if (typeof raw !== 'string' || !/^https?:\/\/[^\s\\]+$/i.test(raw)) return refusedUrl('write https://host');
  const url = URL.parse(raw);
  if (url === null) return refusedUrl('write https://host');
  if (url.username !== '' || url.password !== '' || raw.includes('@')) return refusedUrl('remove the credentials');
  if (/[?#]/.test(raw)) return refusedUrl('remove the part that starts with ? or #');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { ok: false, rule: URL_RULE, remedy: 'write https://, because every request carries the API key' };
  }
  return { ok: true, value: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}` };
};

/** True for 127.0.0.0/8, ::1 and localhost, in the spelling that URL gives them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refusedUrl(remedy: string): Ruled<string> {
  return { ok: false, rule: URL_RULE, remedy, hidden: true };
}
