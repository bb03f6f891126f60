/**
 * AWS Secrets Manager on loopback: GetSecretValue, PutSecretValue and DescribeSecret as the service speaks them
 * (JSON 1.1), with faults on request and a trace of calls. Functions and clients reach it with the SDK's own
 * AWS_ENDPOINT_URL_SECRETS_MANAGER. Nothing is written to disk, and the trace holds names only.
 */

import type { SimulatorClock } from '../engine/clock.ts';
import { awsJson, type LoopbackService, sendJson, startLoopbackService } from './loopback-service.ts';

export interface SecretsEndpoint extends LoopbackService {
  /** Makes a secret, with a value or empty as CDK leaves it; or gives it a new value. */
  put(name: string, value?: string): void;
  remove(name: string): void;
}

interface Version {
  readonly id: string;
  readonly value: string;
  readonly createdAtMs: number;
}

/** Latest version first: it is AWSCURRENT, the one behind it AWSPREVIOUS. */
interface Secret {
  readonly name: string;
  readonly versions: readonly Version[];
}

type Request = Readonly<Record<string, unknown>>;
type Reply = { readonly status: number; readonly content: object };

export async function startSecretsEndpoint({ clock }: { readonly clock: SimulatorClock }): Promise<SecretsEndpoint> {
  const secrets = new Map<string, Secret>();

  const put = (name: string, value?: string, token?: string): Version | undefined => {
    const { versions } = secrets.get(name) ?? { versions: [] };
    if (value === undefined) {
      secrets.set(name, { name, versions });
      return undefined;
    }
    const id = token ?? `version-${versions.length + 1}`;
    const version = { id, value, createdAtMs: clock.nowMs() };
    // A repeated request carries the same token and makes no second version.
    secrets.set(name, { name, versions: [version, ...versions.filter(known => known.id !== id)] });
    return version;
  };

  const answer = (operation: string, request: Request): Reply => {
    const secret = secrets.get(nameIn(request));
    if (secret === undefined) return notFound("Secrets Manager can't find the specified secret.");
    switch (operation) {
      case 'GetSecretValue':
        return getValue(secret, request);
      case 'DescribeSecret':
        return { status: 200, content: { ...identity(secret), VersionIdsToStages: stagesOf(secret) } };
      case 'PutSecretValue': {
        const version = put(secret.name, textIn(request, 'SecretString'), textIn(request, 'ClientRequestToken'));
        const content = { ...identity(secret), VersionId: version?.id, VersionStages: ['AWSCURRENT'] };
        return { status: 200, content };
      }
      default:
        return failure('UnknownOperationException', `This endpoint does not know ${operation}.`);
    }
  };

  const service = await startLoopbackService(clock, awsJson(nameIn), (_request, response, body, { operation }) => {
    const { status, content } = answer(operation, JSON.parse(body || '{}') as Request);
    sendJson(response, status, content);
  });
  return {
    ...service,
    put: (name, value) => void put(name, value),
    remove: name => void secrets.delete(name),
  };
}

function getValue(secret: Secret, request: Request): Reply {
  const stage = textIn(request, 'VersionStage') ?? 'AWSCURRENT';
  const version = secret.versions[STAGES.indexOf(stage)];
  if (version === undefined) {
    return notFound(`Secrets Manager can't find the specified secret value for staging label: ${stage}`);
  }
  return {
    status: 200,
    content: {
      ...identity(secret),
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: [stage],
      // Epoch seconds, as AWS's JSON protocols write instants.
      CreatedDate: version.createdAtMs / 1_000,
    },
  };
}

const STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

const ARN_PREFIX = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:';

/** AWS adds six characters to the name, so that a secret made anew has another ARN. */
const identity = ({ name }: Secret) => ({ ARN: `${ARN_PREFIX}${name}-AbCdEf`, Name: name });

const stagesOf = ({ versions }: Secret): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(STAGES.flatMap((stage, index) => (versions[index] ? [[versions[index].id, [stage]]] : [])));

/** `SecretId` is a name or an ARN. */
function nameIn(request: Request): string {
  const id = textIn(request, 'SecretId') ?? '';
  return id.startsWith(ARN_PREFIX) ? id.slice(ARN_PREFIX.length).replace(/-.{6}$/, '') : id;
}

function textIn(request: Request, key: string): string | undefined {
  const value = request[key];
  return typeof value === 'string' ? value : undefined;
}

const notFound = (message: string): Reply => failure('ResourceNotFoundException', message);

const failure = (error: string, message: string): Reply => ({
  status: 400,
  content: { __type: error, Message: message },
});
