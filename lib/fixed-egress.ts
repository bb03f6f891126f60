/**
 * For exchange keys with an IP whitelist: the liquidator uses two fixed outgoing addresses, one for each of two
 * availability zones, because a zone may fail. Both must be on the whitelist. No incoming connections.
 */

import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { keep } from './kept-resources.ts';
import { acceptFinding } from './security-checks.ts';

const ZONES = 2;

export class FixedEgress extends Construct {
  readonly vpc: ec2.IVpc;
  /** The addresses that this stack created; given addresses are already known. */
  readonly addresses: readonly string[];

  constructor(scope: Construct, given: readonly string[] | undefined) {
    super(scope, 'FixedEgress');
    // Kept when the stack is removed: a released address soon belongs to another AWS customer, and the whitelist still has it.
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
      // The tables are reached without the NAT gateways and their cost.
      gatewayEndpoints: {
        DynamoDb: {
          service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
          subnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
        },
      },
      // It would add a custom resource with its own function and role; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    });
    // The class declares optional properties that the interface declares exactly; they are the same.
    this.vpc = vpc as ec2.IVpc;
    acceptFinding(
      vpc,
      'AwsSolutions-VPC7',
      'One function runs here and calls one exchange; its audit log has every request, so flow logs would only add cost.',
    );
  }
}
