package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newEncoder makes what stands for an encoder: a function that reads where and with which key to publish.
func newEncoder(scope constructs.Construct, id string, secret awssecretsmanager.ISecret) awslambda.Function {
	encoder := constructs.NewConstruct(scope, &id)

	logGroup := awslogs.NewLogGroup(encoder, jsii.String("LogGroup"), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_ONE_WEEK,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	role := awsiam.NewRole(encoder, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logGroup.GrantWrite(role)

	return awslambda.NewFunction(encoder, jsii.String("Function"), &awslambda.FunctionProps{
		Runtime:      awslambda.Runtime_NODEJS_24_X(),
		Architecture: awslambda.Architecture_ARM_64(),
		Code:         awslambda.Code_FromAsset(jsii.String("encoder"), nil),
		Handler:      jsii.String("index.handler"),
		Timeout:      awscdk.Duration_Seconds(jsii.Number(30)),
		Environment:  &map[string]*string{"SECRET_ARN": secret.SecretArn()},
		Role:         role,
		LogGroup:     logGroup,
	})
}
