/**
 * For exchange keys with an IP whitelist: the liquidator goes out from two addresses that stay, one for each of two
 * availability zones, because a zone may fail on the same day. Both belong on the whitelist. Nothing comes in.
 */

import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { keep } from './keeping.ts';
import { acceptFinding } from './security-checks.ts';

const ZONES = 2;

export class FixedEgress extends Construct {
  readonly vpc: ec2.IVpc;
  /** Of the addresses that this stack made; those that were given are known to whoever gave them. */
  readonly addresses: readonly string[];

  constructor(scope: Construct, given: readonly string[] | undefined) {
    super(scope, 'FixedEgress');
    // Kept when the stack goes: an address given back is soon somebody else's, and the whitelist still has it.
    const addresses = Array.from({ length: given === undefined ? ZONES : 0 }, (_, index) => {
      const address = new ec2.CfnEIP(this, `Address${index + 1}`, { domain: 'vpc' });
      keep(address);
      return address;
    });
    this.addresses = addresses.map(({ attrPublicIp }) => attrPublicIp);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: ZONES,
      natGateways: ZONES,
      natGatewayProvider: ec2.NatProvider.gateway({
        eipAllocationIds: [...(given ?? addresses.map(({ attrAllocationId }) => attrAllocationId))],
      }),
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // The tables are reached without the gateways, and without their price.
      gatewayEndpoints: {
        DynamoDb: {
          service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
          subnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
        },
      },
      // Would bring a custom resource, with a function and a role of its own; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    // The class declares optional properties that the interface declares exactly; they are the same.
    this.vpc = vpc as ec2.IVpc;
    acceptFinding(
      vpc,
      'AwsSolutions-VPC7',
      'One function lives here and calls one exchange; its trail has every request, so flow logs would add cost only.',
    );
  }
}
