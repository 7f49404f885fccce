from pathlib import Path
from typing import Optional

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from cdk_ivs_managed_stream_key import ManagedStreamKey, StreamKeyRotationScheduleOptions, WhileLive
from constructs import Construct


class LiveChannelStack(Stack):
    """A live channel, its stream key, which Secrets Manager rotates every month, and an encoder that may read it."""

    def __init__(self, scope: Construct, construct_id: str, *, serial: int, while_live: Optional[WhileLive] = None, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        live = ManagedStreamKey(
            self,
            "Live",
            serial=serial,  # increase it to rotate the stream key
            while_live=while_live,
            rotation_schedule=StreamKeyRotationScheduleOptions(automatically_after=Duration.days(30)),
        )
        encoder = Encoder(self, "Encoder", secret=live.secret)
        live.grant_read(encoder.function)

        CfnOutput(self, "ChannelArn", value=live.channel.channel_ref.channel_arn)
        CfnOutput(self, "SecretArn", value=live.secret.secret_arn)
        CfnOutput(self, "EncoderName", value=encoder.function.function_name)


class Encoder(Construct):
    """Stands for an encoder: a function that reads where and with which key to publish."""

    def __init__(self, scope: Construct, construct_id: str, *, secret: secretsmanager.ISecret) -> None:
        super().__init__(scope, construct_id)

        log_group = logs.LogGroup(
            self, "LogGroup", retention=logs.RetentionDays.ONE_WEEK, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)

        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.NODEJS_24_X,
            architecture=lambda_.Architecture.ARM_64,
            code=lambda_.Code.from_asset(str(Path(__file__).parent / "encoder")),
            handler="index.handler",
            timeout=Duration.seconds(30),
            environment={"SECRET_ARN": secret.secret_arn},
            role=role,
            log_group=log_group,
        )
