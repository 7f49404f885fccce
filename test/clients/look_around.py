"""What boto3 sees in the AWS of its environment, as JSON."""
import json

import boto3


def pages(service, operation, key, **arguments):
    paginator = boto3.client(service).get_paginator(operation)
    return [item for page in paginator.paginate(**arguments) for item in page.get(key, [])]


def stored_and_read(bucket):
    """Puts an object, whose checksum boto3 sends by default, and reads it, which checks that checksum."""
    s3 = boto3.client("s3")
    sent = s3.put_object(Bucket=bucket, Key="some/key", Body=b"some text")
    read = s3.get_object(Bucket=bucket, Key="some/key")
    return {"sent": sent["ChecksumCRC32"], "read": read["ChecksumCRC32"], "text": read["Body"].read().decode()}


buckets = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
[function] = pages("lambda", "list_functions", "Functions")
group = function["LoggingConfig"]["LogGroup"]
[stream] = pages("logs", "describe_log_streams", "logStreams", logGroupName=group)
invoked = boto3.client("lambda").invoke(FunctionName=function["FunctionName"], LogType="Tail")

print(json.dumps({
    "buckets": buckets,
    "object": stored_and_read(buckets[0]),
    "objects": [item["Key"] for item in pages("s3", "list_objects_v2", "Contents", Bucket=buckets[0])],
    "secrets": [secret["Name"] for secret in pages("secretsmanager", "list_secrets", "SecretList")],
    "stacks": [stack["StackName"] for stack in pages("cloudformation", "list_stacks", "StackSummaries")],
    "described stacks": [stack["StackName"] for stack in pages("cloudformation", "describe_stacks", "Stacks")],
    "resources": sorted(item["LogicalResourceId"] for item in pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName="Test")),
    "exports": [export["Name"] for export in pages("cloudformation", "list_exports", "Exports")],
    "log groups": [item["logGroupName"] == group for item in pages("logs", "describe_log_groups", "logGroups")],
    "log": [event["message"] for event in boto3.client("logs").get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]],
    "rules": [rule["Name"] for rule in pages("events", "list_rules", "Rules")],
    "targets": [target["Id"] for target in pages("events", "list_targets_by_rule", "Targets", Rule="hourly")],
    "channels": [channel["name"] for channel in pages("ivs", "list_channels", "channels")],
    "invoked": json.loads(invoked["Payload"].read()),
}))
