/**
 * What the functions have in common: Node 24 on arm64, the one bundle definition, a log group that outlives the
 * stack, and a role of its own with exactly the permissions of lambda/permissions.ts.
 */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ESBUILD_OPTIONS, FUNCTION_ENTRIES, type FunctionName } from '../lambda/bundling.ts';
import { ENV } from '../lambda/contract.ts';
import { type Grant, type Names, statementsOf, variablesOf } from './granting.ts';

export interface FlatlineFunctionProps {
  readonly name: FunctionName;
  /** The function's name in the console. */
  readonly functionName: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly recursiveLoop: lambda.RecursiveLoop;
  /** How often Lambda repeats an asynchronous invocation that failed, and how old one may grow in its queue. */
  readonly retryAttempts: 0 | 1 | 2;
  readonly maxEventAge: Duration;
  /** Where an event goes that failed for good; without it, it is gone. */
  readonly deadLetters?: sqs.IQueue;
  /** FLATLINE_CONFIG. */
  readonly configJson: string;
  /** What the role may do, and by which names the function knows it. Its own logs come on top. */
  readonly grant: Grant;
  readonly names: Names;
  /** Policies in which the permission to read secrets stands apart. */
  readonly secretPolicies?: iam.IManagedPolicy[];
  readonly vpc?: ec2.IVpc;
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export class FlatlineFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: FlatlineFunctionProps) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { grant, secretPolicies = [] } = props;
    const ownLogs = [this.logGroup.logGroupArn];
    const role = new iam.Role(this, 'Role', {
      description: `The ${props.name} of flatline: exactly what lambda/permissions.ts lists`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        permissions: new iam.PolicyDocument({
          statements: statementsOf({ ...grant, arns: { ...grant.arns, ownLogs } }, ['secrets']),
        }),
      },
      managedPolicies: secretPolicies,
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      entry: join(ROOT, FUNCTION_ENTRIES[props.name]),
      handler: 'handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      recursiveLoop: props.recursiveLoop,
      // Constructs that would like to grant something more find the role closed.
      role: role.withoutPolicyUpdates(),
      environment: {
        [ENV.config]: props.configJson,
        [ENV.namespace]: Stack.of(this).stackName,
        ...variablesOf(grant, props.names),
      },
      awsSdkConnectionReuse: false,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      systemLogLevelV2: lambda.SystemLogLevel.INFO,
      retryAttempts: props.retryAttempts,
      maxEventAge: props.maxEventAge,
      ...(props.deadLetters ? { onFailure: new SqsDestination(props.deadLetters) } : {}),
      ...(props.vpc ? { vpc: props.vpc } : {}),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      bundling: BUNDLING,
    });
  }
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
