"""
Serves MiniStack as its own command does, with what it lacks and this stack needs; docs/reliability.md lists all of it.

- Types of resources that its CloudFormation does not know (PLACEHOLDER_TYPES) are taken and kept as a name.
- AWS refuses to create what has a name that is taken; here a template would replace it (refuse_taken_names).
- The reference to a secret is its ARN, and a secret without content has no version (give_secrets_arns).
- Policies at secrets are not known to its CloudFormation; its Secrets Manager has them (attach_secret_policies).
- Addresses and NAT gateways are not known to its CloudFormation; its EC2 has them (give_addresses_and_gateways).
- Where a function stands is not taken from a template, only from a call (place_functions).
- Calls on a log stream are judged as calls on its log group; AWS judges them as "…:log-stream:NAME" (name_log_streams).
- The key aws:PrincipalArn has the ARN of the session of a role; AWS has the ARN of the role (name_roles).
- It evaluates conditions on dynamodb:LeadingKeys and dynamodb:Attributes, but does not read them from a request. They
  are read here, as the Amazon DynamoDB Developer Guide says ("Using IAM policy conditions for fine-grained access
  control").
"""

import json
import os
import re
import sys

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import cloudwatch, dynamodb, ec2, lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

WORD = re.compile(r"[#:]?[A-Za-z_][\w-]*")
KEYWORDS = frozenset(
    "SET REMOVE ADD DELETE AND OR NOT BETWEEN IN if_not_exists list_append attribute_exists attribute_not_exists"
    " attribute_type begins_with contains size".split()
)
EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "ProjectionExpression", "FilterExpression", "KeyConditionExpression")


def take_as_names(types):
    for name in types:
        know(
            name,
            create=lambda logical_id, props, stack: (f"{stack}-{logical_id}", {}),
            update=lambda physical_id, old, new, stack: (physical_id, {}),
            delete=lambda physical_id, props: None,
        )


def know(type_name, **handler):
    if type_name in provisioners._RESOURCE_HANDLERS:
        sys.exit(f"MiniStack knows {type_name} by now: let it do so, here and in docs/reliability.md.")
    provisioners._RESOURCE_HANDLERS[type_name] = handler


def refuse_taken_names():
    """Of the types with names in the template, those that MiniStack does not refuse by itself."""
    for type_name, prop, existing in (
        ("AWS::Lambda::Function", "FunctionName", lambda_svc._functions),
        ("AWS::CloudWatch::Alarm", "AlarmName", cloudwatch._alarms),
        ("AWS::CloudWatch::Dashboard", "DashboardName", cloudwatch._dashboards),
    ):
        handler = provisioners._RESOURCE_HANDLERS[type_name]
        handler["create"] = refusing(handler["create"], prop, existing)


def refusing(create, prop, existing):
    def create_new(logical_id, props, stack):
        if props.get(prop) in existing:
            raise ValueError(f"{props[prop]} already exists")
        return create(logical_id, props, stack)

    return create_new


def give_secrets_arns():
    def create(logical_id, props, stack):
        settings = {name: props[name] for name in ("Name", "Description", "KmsKeyId", "SecretString", "Tags") if name in props}
        status, _, body = secretsmanager._create_secret(settings)
        answer = json.loads(body)
        if status >= 400:
            raise ValueError(answer.get("message") or answer.get("Message"))
        if "SecretString" not in props:
            secretsmanager._secrets[props["Name"]]["Versions"].clear()
        return answer["ARN"], {"Id": answer["ARN"]}

    def update(physical_id, old, new, stack, logical_id=None):
        own_update(name_of(physical_id), old, new, stack, logical_id)
        return physical_id, {"Id": physical_id}

    def name_of(arn):
        return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)

    handler = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    own_update, own_delete = handler["update"], handler["delete"]
    handler.update(create=create, update=update, delete=lambda arn, props: own_delete(name_of(arn), props))


def attach_secret_policies():
    def put(secret, policy):
        answer = secretsmanager._put_resource_policy({"SecretId": secret, "ResourcePolicy": json.dumps(policy)})
        if answer[0] >= 400:
            raise ValueError(f"the policy of {secret} was not attached: {answer[2]!r}")
        return secret, {}

    know(
        "AWS::SecretsManager::ResourcePolicy",
        create=lambda logical_id, props, stack: put(props["SecretId"], props["ResourcePolicy"]),
        update=lambda physical_id, old, new, stack: put(new["SecretId"], new["ResourcePolicy"]),
        delete=lambda physical_id, props: secretsmanager._delete_resource_policy({"SecretId": physical_id}),
    )


def give_addresses_and_gateways():
    def put(operation, **params):
        status, _, body = operation(params)
        if status >= 400:
            raise ValueError(body.decode() if isinstance(body, bytes) else body)
        return body.decode() if isinstance(body, bytes) else body

    def word(name, body):
        return re.search(f"<{name}>([^<]+)</{name}>", body).group(1)

    def new_address(logical_id, props, stack):
        body = put(ec2._allocate_address, Domain=props["Domain"])
        address, allocation = word("publicIp", body), word("allocationId", body)
        return address, {"PublicIp": address, "AllocationId": allocation}

    def release(address, props):
        allocation = next(name for name, known in ec2._addresses.items() if known["PublicIp"] == address)
        put(ec2._release_address, AllocationId=allocation)

    def new_gateway(logical_id, props, stack):
        address = ec2._addresses.get(props["AllocationId"])
        if address is None or address["AssociationId"]:
            raise ValueError(f"the address {props['AllocationId']} does not exist, or is associated already")
        body = put(ec2._create_nat_gateway, SubnetId=props["SubnetId"], AllocationId=props["AllocationId"])
        gateway = word("natGatewayId", body)
        address["AssociationId"] = f"eipassoc-{gateway.removeprefix('nat-')}"
        return gateway, {"NatGatewayId": gateway}

    def remove_gateway(gateway, props):
        put(ec2._delete_nat_gateway, NatGatewayId=gateway)
        ec2._addresses[props["AllocationId"]]["AssociationId"] = None

    know(
        "AWS::EC2::EIP",
        create=new_address,
        update=lambda address, old, new, stack: (address, {}),
        delete=release,
    )
    know(
        "AWS::EC2::NatGateway",
        create=new_gateway,
        update=lambda gateway, old, new, stack: (gateway, {"NatGatewayId": gateway}),
        delete=remove_gateway,
    )


def place_functions():
    def placed(result, props):
        lambda_svc._functions[result[0]]["config"]["VpcConfig"] = lambda_svc._vpc_config_with_id(props.get("VpcConfig"))
        return result

    handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create, update = handler["create"], handler["update"]
    handler.update(
        create=lambda logical_id, props, stack: placed(create(logical_id, props, stack), props),
        update=lambda name, old, new, stack, logical_id=None: placed(update(name, old, new, stack, logical_id), new),
    )


def name_log_streams(own_arn):
    def arn(service, method, path, headers, body, *more):
        found = own_arn(service, method, path, headers, body, *more)
        if service != "logs" or ":log-group:" not in found:
            return found
        return f"{found.removesuffix(':*')}:log-stream:{json.loads(body).get('logStreamName', '')}"

    return arn


def name_roles(own_key):
    def key(name, context):
        found = own_key(name, context)
        if name.lower() != "aws:principalarn" or ":assumed-role/" not in found:
            return found
        return re.sub(r":sts:(.*):assumed-role/([^/]+)/.*", r":iam:\1:role/\2", found)

    return key


def read_keys(own_context):
    def context(body):
        found = own_context(body)
        request = json.loads(body or b"{}")
        table = dynamodb._tables.get(request.get("TableName", "").rpartition("/")[2])
        if table is None:
            return found
        item = request.get("Key") or request.get("Item") or {}
        partition = next(key["AttributeName"] for key in table["KeySchema"] if key["KeyType"] == "HASH")
        if partition in item:
            found["dynamodb:LeadingKeys"] = list(item[partition].values())
        attributes = set(item) | attributes_in(request)
        if attributes:
            found["dynamodb:Attributes"] = sorted(attributes)
        found["dynamodb:ReturnValues"] = request.get("ReturnValues", "NONE")
        return found

    return context


def attributes_in(request):
    """Top-level attributes that the expressions name."""
    names = request.get("ExpressionAttributeNames", {})
    paths = re.sub(r"\.[#\w-]+|\[\d+\]", "", " ".join(request.get(each, "") for each in EXPRESSIONS))
    words = {word for word in WORD.findall(paths) if not word.startswith(":") and word not in KEYWORDS}
    return {names.get(word, word) for word in words}


take_as_names(filter(None, os.environ.get("PLACEHOLDER_TYPES", "").split(",")))
refuse_taken_names()
give_secrets_arns()
attach_secret_policies()
give_addresses_and_gateways()
place_functions()
iam_actions.extract_resource_arn = name_log_streams(iam_actions.extract_resource_arn)
iam_actions.dynamodb_service_context = read_keys(iam_actions.dynamodb_service_context)
iam_evaluator._resolve_condition_key = name_roles(iam_evaluator._resolve_condition_key)
# It would listen on 443 as well, for a service that is not used here.
app._port_is_bindable = lambda *_: False
app.main()
