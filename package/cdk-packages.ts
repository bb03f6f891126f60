/** What the CDK app needs and the package does not contain: `flatline init` pins them in the folder that deploys. */

export const CDK_PACKAGES = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'cdk-nag'] as const;
