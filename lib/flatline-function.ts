/**
 * The common parts of the functions: Node 24 on arm64, the bundle definition, a log group that is kept when the stack is
 * removed, and a role with exactly the permissions of lambda/permissions.ts.
 */

import { dirname, join } from 'node:path';
import { type Duration, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { IN_SERVICE } from '../lambda/aliases.ts';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES, type FunctionName } from '../lambda/bundling.ts';
import { ENV } from '../lambda/contract.ts';
import { builtFunction, ROOT } from '../package/root.ts';
import type { Deployment } from './deployment.ts';
import { type Grant, type ResourceNames, statementsOf, variablesOf } from './grants.ts';
import { KEPT } from './kept-resources.ts';

/** What the stack gives to each function. */
export interface CommonProps {
  /** The function's name in the console. */
  readonly functionName: string;
  /** The names passed to the function. */
  readonly names: ResourceNames;
  readonly arns: Grant['arns'];
}

export interface FlatlineFunctionProps extends Omit<CommonProps, 'arns'> {
  readonly name: FunctionName;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** Lambda stops a function that invokes itself about 16 times, unless this is true. */
  readonly invokesItself?: boolean;
  /** How often Lambda repeats a failed asynchronous invocation, and its maximum age in the queue. */
  readonly retryAttempts: 0 | 1 | 2;
  readonly maxEventAge: Duration;
  /** The destination of events that finally failed; without it they are lost. */
  readonly deadLetters?: sqs.IQueue;
  /** For aliases without their own settings for asynchronous calls: their failed events go there too. */
  readonly deadLettersOfAnyAlias?: boolean;
  /** The permissions of the role. Its own logs are added. */
  readonly grant: Grant;
  readonly vpc?: ec2.IVpc;
  /** Variables besides the names of its targets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How many run at once, at most and at least. */
  readonly reservedConcurrency?: number;
  /** No lines of AWS's own for each invocation. */
  readonly isQuiet?: boolean;
}

export class FlatlineFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: logs.LogGroup;

  constructor(
    scope: Construct,
    id: string,
    { configJson, version }: Pick<Deployment, 'configJson' | 'version'>,
    props: FlatlineFunctionProps,
  ) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: KEPT,
    });
    const { grant } = props;
    const ownLogs = [this.logGroup.logGroupArn];
    const role = new iam.Role(this, 'Role', {
      description: `The ${props.name} of flatline: exactly what lambda/permissions.ts lists`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        permissions: new iam.PolicyDocument({
          statements: statementsOf({ ...grant, arns: { ...grant.arns, ownLogs } }, ['secrets', 'secretsKey']),
        }),
      },
    });
    this.role = role;
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      ...codeOf(props.name),
      // With the file: where the code is bundled already, the CDK does not add it.
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      recursiveLoop: props.invokesItself === true ? lambda.RecursiveLoop.ALLOW : lambda.RecursiveLoop.TERMINATE,
      // Constructs cannot add grants to the role.
      role: role.withoutPolicyUpdates(),
      environment: {
        [ENV.config]: configJson,
        [ENV.namespace]: Stack.of(this).stackName,
        [ENV.version]: version,
        ...variablesOf(grant, props.names),
        ...props.variables,
      },
      awsSdkConnectionReuse: false,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      systemLogLevelV2: props.isQuiet === true ? lambda.SystemLogLevel.WARN : lambda.SystemLogLevel.INFO,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      retryAttempts: props.retryAttempts,
      maxEventAge: props.maxEventAge,
      ...(props.deadLetters ? { onFailure: new SqsDestination(props.deadLetters) } : {}),
      ...(props.deadLetters && props.deadLettersOfAnyAlias ? { deadLetterQueue: props.deadLetters } : {}),
      // Kept, so that the alias can be set back to the previous version.
      currentVersionOptions: { removalPolicy: KEPT },
      ...(props.vpc ? { vpc: props.vpc } : {}),
    });
  }
}

/** The version in service, which all callers use: it can be set back in a second, without a deployment. */
export function putInService(scope: Construct, fn: FlatlineFunction, props: FlatlineFunctionProps): lambda.IFunction {
  // The classes declare optional properties that the interfaces declare exactly; they are the same.
  const alias = new lambda.Alias(scope, 'InService', {
    aliasName: IN_SERVICE,
    version: fn.lambda.currentVersion as lambda.IVersion,
    retryAttempts: props.retryAttempts,
    maxEventAge: props.maxEventAge,
    ...(props.deadLetters ? { onFailure: new SqsDestination(props.deadLetters) } : {}),
  });
  return alias as lambda.IFunction;
}

/** Bundled now, or already when the package was built. */
function codeOf(name: FunctionName): Partial<NodejsFunctionProps> {
  const built = builtFunction(name);
  if (built !== undefined) return { code: lambda.Code.fromAsset(dirname(built)) };
  return {
    entry: join(ROOT, FUNCTION_ENTRIES[name]),
    projectRoot: ROOT,
    depsLockFilePath: join(ROOT, 'package-lock.json'),
    bundling: BUNDLING,
  };
}

/** ESBUILD_OPTIONS in the CDK's words. `bundle` and `platform` are what NodejsFunction does anyway. */
const BUNDLING = {
  bundleAwsSDK: true,
  format: OutputFormat.ESM,
  target: ESBUILD_OPTIONS.target,
  mainFields: [...ESBUILD_OPTIONS.mainFields],
  minify: ESBUILD_OPTIONS.minify,
  keepNames: ESBUILD_OPTIONS.keepNames,
  banner: ESBUILD_OPTIONS.banner.js,
  esbuildArgs: {
    '--legal-comments': ESBUILD_OPTIONS.legalComments,
    ...Object.fromEntries(Object.entries(ESBUILD_OPTIONS.alias).map(([from, to]) => [`--alias:${from}`, to])),
  },
};
